import { parseTimestamp } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import { documentError } from "./errors.ts";

const CLOCK_SKEW_MS = 300_000;

/** Refuses a document from the future. @throws {ApiError} ISSUED_IN_FUTURE */
export function checkIssuedAt(ctx: AppContext, { issued_at }: { readonly issued_at: string }): void {
  if (parseTimestamp(issued_at).getTime() > ctx.clock.now().getTime() + CLOCK_SKEW_MS)
    throw documentError("ISSUED_IN_FUTURE", `The document was issued at ${issued_at}.`, "document.issued_at");
}
