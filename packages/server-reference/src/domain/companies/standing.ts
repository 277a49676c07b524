import type { AppContext } from "../../context.ts";
import type { CompanyPrincipal } from "../../principal.ts";
import { companyError } from "./errors.ts";

/**
 * Refuses what would count against others, such as a live report, while nobody has shown to read the company's address.
 * A registry that sends no mail cannot ask for it.
 *
 * @throws {ApiError} EMAIL_UNCONFIRMED
 */
export function assertConfirmed(ctx: AppContext, { live, confirmed }: CompanyPrincipal): void {
  if (live && !confirmed && ctx.config.smtpUrl !== undefined)
    throw companyError("EMAIL_UNCONFIRMED", "The company's e-mail address is not confirmed yet.");
}
