import { errorsOf, type ErrorRaiser } from "../../api-error.ts";

export const restErrors = {
  SIGNATURE_REQUIRED: { status: 403, hint: "Sign the document with the model's key and send it; see /docs and /schemas/." },
  REPORT_ROWS: { status: 400, hint: "Send rows of one quarter: model_id, quarter, revenue_usd, run_cost_usd, inferences." },
  WALLET_FILTER: { status: 400, hint: "Name the wallet in the query: /rest/v1/wallets?id=eq.{uuid}." },
} as const;

export const restError: ErrorRaiser<keyof typeof restErrors> = errorsOf(restErrors);
