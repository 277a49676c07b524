import "@omla/widget/define";
import type {} from "@omla/widget/react";

export const good = (
  <omla-badge src="omla.json" registry="https://registry.example" onomla-verdict={({ detail }) => console.log(detail.state)} />
);
// @ts-expect-error there are two themes
export const bad = <omla-badge src="omla.json" theme="sepia" />;
// @ts-expect-error there is no such attribute
export const unknown = <omla-badge source="omla.json" />;
