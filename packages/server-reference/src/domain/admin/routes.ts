import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { adminUsageAuditRoutes } from "../audits/admin-routes.ts";
import { adminListRoutes } from "../blacklist/admin-routes.ts";
import { boardRoutes } from "../board/routes.ts";
import { adminEvidenceRoutes } from "../cases/admin-routes.ts";
import { adminDisputeRoutes } from "../disputes/admin-routes.ts";
import { adminTransferRoutes } from "../rails/admin-routes.ts";
import { adminRateRoutes } from "../rates/admin-routes.ts";
import { adminApprovalRoutes } from "./approval-routes.ts";
import { adminAuditLogRoutes } from "./audit-log-routes.ts";
import { adminComplaintRoutes } from "./complaint-routes.ts";
import { adminComplianceRoutes } from "./compliance-routes.ts";
import { adminCurrencyRoutes } from "./currency-routes.ts";
import { adminHosterClaimRoutes } from "./hoster-claim-routes.ts";
import { adminLocationRoutes } from "./location-routes.ts";
import { adminOverviewRoutes } from "./overview-routes.ts";
import { adminPaymentRoutes } from "./payment-routes.ts";
import { adminPayoutRoutes } from "./payout-routes.ts";
import { adminSubjectRoutes } from "./subject-routes.ts";
import { adminTaxRoutes } from "./tax-routes.ts";

/** `/admin/v1`: what the board does, one file per noun. */
export function adminRoutes(app: App, ctx: AppContext): void {
  boardRoutes(app, ctx);
  adminOverviewRoutes(app, ctx);
  adminApprovalRoutes(app, ctx);
  adminSubjectRoutes(app, ctx);
  adminLocationRoutes(app, ctx);
  adminHosterClaimRoutes(app, ctx);
  adminComplianceRoutes(app, ctx);
  adminComplaintRoutes(app, ctx);
  adminAuditLogRoutes(app, ctx);
  adminCurrencyRoutes(app, ctx);
  adminPaymentRoutes(app, ctx);
  adminPayoutRoutes(app, ctx);
  adminTaxRoutes(app, ctx);
  adminListRoutes(app, ctx);
  adminRateRoutes(app, ctx);
  adminDisputeRoutes(app, ctx);
  adminUsageAuditRoutes(app, ctx);
  adminEvidenceRoutes(app, ctx);
  adminTransferRoutes(app, ctx);
}
