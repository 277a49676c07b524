import "@omla/widget/define";
import type { BadgeState, OmlaBadge } from "@omla/widget";

const badge: OmlaBadge = document.createElement("omla-badge");
badge.src = "omla.json";
badge.theme = "dark";
// @ts-expect-error there are two themes
badge.theme = "sepia";
// @ts-expect-error the verdict is the badge's own to find
badge.state = "compliant";
badge.addEventListener("omla-verdict", ({ detail }) => {
  const state: BadgeState = detail.state;
  console.log(state, detail.record?.address);
});
