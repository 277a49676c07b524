import type { GlobalComponents } from "vue";
import type {} from "@omla/widget/vue";

type Attributes = InstanceType<GlobalComponents["omla-badge"]>["$props"];
export const good: Attributes = { src: "omla.json", theme: "light", onOmlaVerdict: ({ detail }) => console.log(detail.state) };
// @ts-expect-error there are two themes
export const bad: Attributes = { src: "omla.json", theme: "sepia" };
