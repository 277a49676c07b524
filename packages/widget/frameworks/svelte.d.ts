import type { HTMLAttributes } from "svelte/elements";
import type { OmlaBadge, Verdict } from "../dist/index.js";
import type { OmlaBadgeAttributes } from "./attributes.js";

declare module "svelte/elements" {
  interface SvelteHTMLElements {
    "omla-badge": HTMLAttributes<OmlaBadge> &
      OmlaBadgeAttributes & { "onomla-verdict"?: ((event: CustomEvent<Verdict>) => void) | undefined };
  }
}
