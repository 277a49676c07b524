import type { JSX } from "react";
import type {} from "@omla/widget/react";

type Attributes = JSX.IntrinsicElements["omla-badge"];
export const good: Attributes = { src: "omla.json", theme: "light", "onomla-verdict": ({ detail }) => console.log(detail.state) };
// @ts-expect-error there are two themes
export const bad: Attributes = { src: "omla.json", theme: "sepia" };
// @ts-expect-error there is no such attribute
export const unknown: Attributes = { source: "omla.json" };
