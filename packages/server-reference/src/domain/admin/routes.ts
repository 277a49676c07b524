import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { adminListRoutes } from "../blacklist/admin-routes.ts";
import { boardRoutes } from "../board/routes.ts";
import { adminApprovalRoutes } from "./approval-routes.ts";

/** `/admin/v1`: what the board does, one file per noun. */
export function adminRoutes(app: App, ctx: AppContext): void {
  boardRoutes(app, ctx);
  adminApprovalRoutes(app, ctx);
  adminListRoutes(app, ctx);
}
