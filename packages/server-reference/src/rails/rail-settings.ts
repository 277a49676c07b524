import { parseDecimal } from "@omla/sdk/protocol";
import { MANUAL_RAILS, type ManualRailName } from "./manual/manual-rail.ts";
import { RAIL_NAMES, type RailName } from "./rail.ts";
import type { RailFee } from "./rail-fee.ts";
import { isBic, isIban, parseSepaParty, type SepaParty } from "./sepa/iban.ts";
import { isLiveKey } from "./stripe/stripe-client.ts";

type Parsed<T> = { readonly value: T } | { readonly fault: string };

/** How the rails are switched on. */
export interface RailSettings {
  readonly fees: ReadonlyMap<RailName, RailFee>;
  readonly manual: readonly ManualRailName[];
  readonly sepa: { readonly iban: string | undefined; readonly name: string | undefined; readonly bic: string | undefined };
}

const FEE = /^([a-z]+)=([\d.]+)%(?:\+([\d.]+))?$/;

/** Checks a text such as `stripe=0.25%+0.25,sepa=0%+0.10`; {@link readRailFees} reads it. */
export function checkRailFees(text: string): Parsed<string | undefined> {
  return text.split(",").every((part) => parsePart(part) !== undefined)
    ? { value: text }
    : { fault: "must be a list such as stripe=0.25%+0.25,sepa=0%+0.10" };
}

/** The fees of a text that was checked. */
export function readRailFees(text = ""): ReadonlyMap<RailName, RailFee> {
  return new Map(text.split(",").flatMap((part) => [parsePart(part)].filter((pair) => pair !== undefined)));
}

function parsePart(text: string): readonly [RailName, RailFee] | undefined {
  const [, name, percent = "", fixed = "0"] = FEE.exec(text.trim()) ?? [];
  const rail = RAIL_NAMES.find((candidate) => candidate === name);
  const fee = rail === undefined ? undefined : parseFee(percent, fixed);
  return rail === undefined || fee === undefined ? undefined : [rail, fee];
}

function parseFee(percent: string, fixed: string): RailFee | undefined {
  try {
    return { percentParts: parseDecimal(percent, 6), fixed: parseDecimal(fixed, 6) };
  } catch {
    return undefined;
  }
}

export function parseManualRails(text: string): Parsed<readonly ManualRailName[]> {
  const names = text.split(",").map((name) => name.trim());
  const known = names.filter((name): name is ManualRailName => Object.hasOwn(MANUAL_RAILS, name));
  return known.length === names.length ? { value: known } : { fault: `must be a list of ${Object.keys(MANUAL_RAILS).join(", ")}` };
}

export const parseIban = (text: string): Parsed<string | undefined> => {
  const iban = text.replaceAll(" ", "").toUpperCase();
  return isIban(iban) ? { value: iban } : { fault: "must be an IBAN of the SEPA area whose checksum holds" };
};

export const parseBic = (text: string): Parsed<string | undefined> =>
  isBic(text.toUpperCase()) ? { value: text.toUpperCase() } : { fault: "must be a BIC of 8 or 11 characters" };

/** The association's own account; undefined where it is not wholly set. */
export function sepaDebtor({ iban, name, bic }: RailSettings["sepa"]): SepaParty | undefined {
  if (iban === undefined || name === undefined) return undefined;
  return parseSepaParty([iban, bic, name].filter((part) => part !== undefined).join(";"));
}

/** What of the whole configuration decides whether money may move. */
export interface MoneySettings {
  readonly mode: "development" | "production";
  readonly databaseUrl: string | undefined;
  readonly stripe: {
    readonly secretKey: string | undefined;
    readonly webhookSecret: string | undefined;
    readonly apiBase: string | undefined;
  };
  readonly rails: RailSettings;
}

/** What must not be served: money that moves for real beside what is only a rehearsal, and the other way round. */
export function railFaults({ mode, databaseUrl, stripe, rails }: MoneySettings): string[] {
  const faults: string[] = [];
  const moves = [
    ...(stripe.secretKey === undefined ? [] : ["STRIPE_SECRET_KEY"]),
    ...(rails.sepa.iban === undefined ? [] : ["OMLA_SEPA_IBAN"]),
    ...(rails.manual.length === 0 ? [] : ["OMLA_MANUAL_RAILS"]),
  ];
  if (databaseUrl === undefined) for (const name of moves) faults.push(`${name} is set, but live money needs PostgreSQL: set DATABASE_URL`);
  if (rails.sepa.iban !== undefined && sepaDebtor(rails.sepa) === undefined)
    faults.push("OMLA_SEPA_IBAN is set: set OMLA_SEPA_NAME too, in the characters that banks take");
  return [...faults, ...stripeFaults(mode, stripe)];
}

function stripeFaults(mode: MoneySettings["mode"], { secretKey, webhookSecret, apiBase }: MoneySettings["stripe"]): string[] {
  if (secretKey === undefined) return [];
  const faults: string[] = [];
  if (!/^(sk|rk)_(live|test)_\w+$/.test(secretKey))
    faults.push("STRIPE_SECRET_KEY is no key of Stripe: it begins with sk_live_ or sk_test_");
  else if (isLiveKey(secretKey) && mode !== "production")
    faults.push("STRIPE_SECRET_KEY is a live key: set NODE_ENV=production, which refuses what only a rehearsal may do");
  else if (!isLiveKey(secretKey) && mode === "production")
    faults.push("STRIPE_SECRET_KEY is a test key, and this is production: royalties would be paid with play money");
  if (webhookSecret === undefined)
    faults.push("STRIPE_SECRET_KEY is set: set STRIPE_WEBHOOK_SECRET too, or nobody hears of money that arrives");
  if (mode === "production" && apiBase?.startsWith("http:") === true) faults.push("STRIPE_API_BASE must be https in production");
  return faults;
}
