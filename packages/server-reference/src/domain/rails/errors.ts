import { type ApiError, errorsOf, type ErrorRaiser } from "../../api-error.ts";
import { RailError } from "../../rails/rail.ts";

export const railErrors = {
  RAIL_OFF: { status: 409, hint: "Ask the operator, or choose another rail; GET /.well-known/omla names those that are on." },
  RAIL_NOT_CHOSEN: {
    status: 409,
    hint: "Sign a wallet-rail change that chooses this rail, send it to /functions/v1/mutate, and ask again.",
  },
  RAIL_ACCOUNT_SIGNED: {
    status: 409,
    hint: "Its owner signed an account already; sign a wallet-rail change without one to have it opened here.",
  },
  RAIL_REFUSED: { status: 422, hint: "The provider refuses this; see the message." },
  RAIL_UNAVAILABLE: { status: 503, hint: "The provider cannot be reached now. Try again in a minute; nothing is lost." },
  WALLET_NOT_FOUND: { status: 404, hint: "Sign in with the key that owns the wallet, or with a key of its model." },
  WEBHOOK_SIGNATURE: { status: 400, hint: "Set STRIPE_WEBHOOK_SECRET to the secret of exactly this endpoint." },
  WEBHOOK_TIME: { status: 400, hint: "Set the registry's clock; an event is good for five minutes from its signature." },
  WEBHOOK_MODE: { status: 400, hint: "The endpoint and STRIPE_SECRET_KEY must be of the same mode, test or live." },
  PAYOUT_RUN_UNKNOWN: { status: 404, hint: "Name a payout run by its id." },
  SEPA_NOTHING: {
    status: 409,
    hint: "A file holds what a run has sent, the board has not confirmed and no other file has; print an earlier one with --again and its number.",
  },
  SEPA_FILE_UNKNOWN: { status: 404, hint: "Name a file of the run by its number, from 1." },
  SEPA_FILE_CHANGED: {
    status: 409,
    hint: "Take no other file under this number to the bank; ask the bank what it has of the first one, and confirm or return each payment.",
  },
  RETURN_BY_RAIL: {
    status: 409,
    hint: "Reverse the transfer at the rail: its own word books it here. The board tells only of rails that say nothing.",
  },
  RETURN_DATE: { status: 422, hint: "Give the day on which the money came back: not before it was sent, and not ahead of today (UTC)." },
  RETURN_UNKNOWN: { status: 404, hint: "GET /admin/v1/transfers?state=reversed lists what came back." },
  REFERENCE_MISSING: { status: 422, hint: "Write what the bank or the provider calls the payment, 1 to 200 visible characters." },
} as const;

export const railError: ErrorRaiser<keyof typeof railErrors> = errorsOf(railErrors);

/** What a provider's failure means to who asked over HTTP. */
export function asApiError(error: unknown): unknown {
  if (!(error instanceof RailError)) return error;
  return refusalOf(error);
}

function refusalOf({ code, message, definitive }: RailError): ApiError {
  if (code === "WEBHOOK_SIGNATURE" || code === "WEBHOOK_TIME" || code === "WEBHOOK_MODE") return railError(code, message);
  return definitive ? railError("RAIL_REFUSED", message) : railError("RAIL_UNAVAILABLE", message);
}
