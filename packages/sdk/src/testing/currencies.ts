import { FEE_RANGE } from "../protocol/codes/values.ts";
import { parsePart } from "../protocol/money.ts";
import { type ConversionFee, type CurrencyPreference, type PayoutCurrency, resolvePayoutCurrency } from "../protocol/payout-currency.ts";
import { Refusal, type State, type StoredCompany } from "./state.ts";

/** The currencies that a registry begins with, by kind. */
const KINDS: Readonly<Record<string, "fiat" | "crypto" | "platform">> = {
  ...{ USD: "fiat", EUR: "fiat", GBP: "fiat", JPY: "fiat" },
  ...{ BTC: "crypto", ETH: "crypto", USDC: "crypto" },
  ...{ BUZZ: "platform", CREDITS: "platform" },
};

/** A creator is paid in currencies that the registry knows; the backup's kind is crypto. @see docs/spec/5-payout-currency.md clause 5.2 */
export function assertKnownCurrencies(prefs: readonly CurrencyPreference[] | undefined): void {
  const path = "creator_currency_prefs";
  prefs?.forEach(({ code }, at) => assertCurrency(code, `${path}[${at}].code`));
  if (prefs?.some(({ code, is_backup }) => is_backup && KINDS[code] !== "crypto"))
    throw new Refusal(422, "CURRENCY_BACKUP", "exactly one preference is the backup, and its kind is crypto", { path });
}

function assertCurrency(code: string, path: string): void {
  if (!Object.hasOwn(KINDS, code)) throw new Refusal(422, "CURRENCY_UNKNOWN", `there is no currency ${code}`, { path });
}

/** What a company can pay in, and its public fees; the whole declaration takes the place of the last. */
export function declareCurrencies(company: StoredCompany, body: Readonly<Record<string, unknown>>): object {
  const { currencies, conversion_fees = [] } = body as { currencies?: unknown; conversion_fees?: readonly ConversionFee[] };
  if (!Array.isArray(currencies)) throw new Refusal(400, "INPUT_INVALID", "currencies is a list of codes", { path: "currencies" });
  const codes = currencies as readonly string[];
  codes.forEach((code, at) => assertCurrency(code, `currencies[${at}]`));
  conversion_fees.forEach(({ from, to }, at) => {
    assertCurrency(from, `conversion_fees[${at}].from`);
    assertCurrency(to, `conversion_fees[${at}].to`);
  });
  assertOnce(codes, (at) => `currencies[${at}]`);
  assertOnce(["", ...conversion_fees.map(({ from, to }) => (from === to ? "" : `${from} ${to}`))], (at) => `conversion_fees[${at - 1}]`);
  conversion_fees.forEach(({ fee_pct }, at) => parsePart(fee_pct, 50, FEE_RANGE, `conversion_fees[${at}].fee_pct`));
  company.currencies = codes;
  company.conversion_fees = conversion_fees;
  return body;
}

function assertOnce(names: readonly string[], pathOf: (at: number) => string): void {
  const again = names.findIndex((name, at) => names.indexOf(name) < at);
  if (again >= 0)
    throw new Refusal(422, "CURRENCY_DUPLICATE", "each currency and each pair of a fee is named once", { path: pathOf(again) });
}

/** The currency in which a remitter's money reaches a model's creator. */
export function payoutCurrencyOf(state: State, body: Readonly<Record<string, unknown>>): PayoutCurrency {
  const { model_id, remitter_kind, remitter_id } = body;
  if (remitter_kind !== "commercial_user" && remitter_kind !== "hoster")
    throw new Refusal(422, "REMITTER_KIND", `${String(remitter_kind)} is no kind of remitter`, { path: "remitter_kind" });
  const model = state.models.get(String(model_id));
  if (model === undefined) throw new Refusal(404, "MODEL_NOT_FOUND", `no model ${String(model_id)}`, { path: "model_id" });
  const company = remitter_kind === "hoster" ? undefined : state.companies.get(String(remitter_id));
  return resolvePayoutCurrency({
    creator_currency_prefs: model.document.creator_currency_prefs ?? [],
    remitter_currencies: company?.currencies ?? [],
    remitter_conversion_fees: company?.conversion_fees ?? [],
  });
}
