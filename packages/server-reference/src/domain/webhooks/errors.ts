import { errorsOf, type ErrorRaiser } from "../../api-error.ts";

export const webhookErrors = {
  WEBHOOK_URL: { status: 422, hint: "Name a public https address on port 443, without a login and without a fragment." },
  WEBHOOK_NOT_FOUND: { status: 404, hint: "List your endpoints with GET /functions/v1/webhooks." },
  WEBHOOKS_TOO_MANY: { status: 409, hint: "Delete an endpoint that you no longer need." },
  WEBHOOK_MODELS: { status: 422, hint: "Name registered models by address, id or weight hash, 100 at most." },
} as const;

export const webhookError: ErrorRaiser<keyof typeof webhookErrors> = errorsOf(webhookErrors);
