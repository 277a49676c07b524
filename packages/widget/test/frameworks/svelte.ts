import type { SvelteHTMLElements } from "svelte/elements";
import type {} from "@omla/widget/svelte";

type Attributes = SvelteHTMLElements["omla-badge"];
export const good: Attributes = { src: "omla.json", theme: "light", "onomla-verdict": ({ detail }) => console.log(detail.state) };
// @ts-expect-error there are two themes
export const bad: Attributes = { src: "omla.json", theme: "sepia" };
