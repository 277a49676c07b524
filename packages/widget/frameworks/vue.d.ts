import type { DefineComponent } from "vue";
import type { Verdict } from "../dist/index.js";
import type { OmlaBadgeAttributes } from "./attributes.js";

declare module "vue" {
  interface GlobalComponents {
    "omla-badge": DefineComponent<OmlaBadgeAttributes & { onOmlaVerdict?: ((event: CustomEvent<Verdict>) => void) | undefined }>;
  }
}
