import { errorsOf, type ErrorRaiser } from "../../api-error.ts";

export const walletErrors = {
  WALLET_NOT_FOUND: { status: 404, hint: "Look the wallet up by its address: /rest/v1/wallets?address=eq.omla1…" },
} as const;

export const walletError: ErrorRaiser<keyof typeof walletErrors> = errorsOf(walletErrors);
