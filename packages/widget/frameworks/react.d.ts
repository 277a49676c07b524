import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { OmlaBadge, Verdict } from "../dist/index.js";
import type { OmlaBadgeAttributes } from "./attributes.js";

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "omla-badge": DetailedHTMLProps<HTMLAttributes<OmlaBadge>, OmlaBadge> &
        OmlaBadgeAttributes & { "onomla-verdict"?: ((event: CustomEvent<Verdict>) => void) | undefined };
    }
  }
}
