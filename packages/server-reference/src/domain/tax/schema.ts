import * as z from "zod";

const JURISDICTION = z.string().regex(/^[A-Z]{2}$/, "must be a country in two capital letters");
const USD = z.string().regex(/^(0|[1-9]\d{0,11})(\.\d{1,6})?$/, "must be dollars with at most six places");

/** A form that the association holds for a wallet. The form itself stays where it is kept: only its hash and its place are taken. */
export const taxFormInput = z
  .strictObject({
    wallet: z.string().min(37).max(63).toLowerCase(),
    kind: z.string().min(1).max(32).describe("W-9, W-8BEN, W-8BEN-E, OTHER, or a kind that the board added"),
    jurisdiction: JURISDICTION.describe("Where the wallet's owner is taxed: ISO 3166-1"),
    file_sha256: z.string().regex(/^[0-9a-f]{64}$/, "must be 64 lower-case hex digits"),
    expires_at: z.iso.datetime().nullable().describe("Valid before this instant; null where the kind does not expire"),
    document_ref: z.string().min(1).max(1000).describe("Where the form is kept; seen by the board only"),
  })
  .meta({ id: "TaxFormInput" });
export type TaxFormInput = z.output<typeof taxFormInput>;

export const taxThresholdInput = z
  .strictObject({
    jurisdiction: z.union([JURISDICTION, z.literal("*")]).describe("* stands for every jurisdiction without a row of its own"),
    from_year: z.int().min(1970).max(9999),
    threshold_usd: USD,
  })
  .meta({ id: "TaxThresholdInput" });
export type TaxThresholdInput = z.output<typeof taxThresholdInput>;

export const taxFormKindInput = z
  .strictObject({
    kind: z.string().regex(/^[A-Z][A-Z0-9-]{0,31}$/, "must be capital letters, digits and hyphens"),
    description: z.string().min(1).max(200),
    for_whom: z.enum(["US", "foreign", "any"]),
    must_expire: z.boolean(),
  })
  .meta({ id: "TaxFormKindInput" });
export type TaxFormKindInput = z.output<typeof taxFormKindInput>;

const SUM = z.string().describe("USD with six places");
const hold = z.object({
  wallet: z.string(),
  reason: z.enum(["no_form", "form_expired", "form_withdrawn"]),
  jurisdiction: z.string().nullable(),
  threshold_usd: SUM,
  paid_usd: SUM.describe("Paid this year, or on its way"),
  planned_usd: SUM.describe("What a payout would send now"),
  form_needed: z.string().describe("In words"),
});
const heldRow = z.object({
  wallet: z.string(),
  held_usd: SUM,
  hold: hold.nullable().describe("Why it waits; null where nothing does, or the next payout lets it go"),
});

export const heldList = z.object({ wallet_count: z.int(), held: z.array(heldRow) }).meta({ id: "HeldForTax" });

/** How the wallets of a session's key stand this year. */
export const taxStandingsAnswer = z
  .object({
    year: z.int().describe("The calendar year (UTC) that counts now"),
    wallets: z.array(
      heldRow.extend({
        threshold_usd: SUM.describe("Above it a form is asked for"),
        paid_usd: SUM.describe("Paid this year, or on its way"),
        form: z.object({ kind: z.string(), jurisdiction: z.string(), expires_at: z.string().nullable() }).nullable(),
      }),
    ),
  })
  .meta({ id: "TaxStandings" });
