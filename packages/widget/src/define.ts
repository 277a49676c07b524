import { OmlaBadge } from "./omla-badge.ts";

if (!customElements.get("omla-badge")) customElements.define("omla-badge", OmlaBadge);
