import * as z from "zod";
import type { RateName } from "../../plugins/rate-limit.ts";

/** A function of the database that everybody may ask: what its documentation says of its arguments, and how often it may be asked. */
export interface RpcFunction {
  readonly args: z.ZodObject;
  readonly rate: RateName;
  readonly summary: string;
  /** What it answers in the dialect's usual form, where one is documented. */
  readonly answer?: z.ZodType;
  /** Less time than other questions have; PostgreSQL only. */
  readonly timeoutMs?: number;
}

/** A lineage within the limits takes some milliseconds. */
const LINEAGE_TIMEOUT_MS = 250;

const UUID = z.uuid();
const NAMES = z.array(z.string().max(128)).max(100);

/** Of what is not registered only `registered`, `as_of` and `query` are said. */
const STANDINGS = z
  .array(
    z.object({
      registered: z.boolean(),
      model_id: UUID.nullable(),
      name: z.string().nullable(),
      address: z.string().nullable(),
      ed25519_pubkey: z.string().nullable(),
      license_version: z.string().nullable(),
      asset_kind: z.string().nullable(),
      state: z.string().nullable(),
      state_since: z.string().nullable(),
      registered_at: z.string().nullable(),
      locations: z.array(z.unknown()).nullable(),
      as_of: z.string(),
      query: z.string().describe("What was asked"),
    }),
  )
  .meta({ id: "Standings" });

export const RPC_FUNCTIONS: Readonly<Record<string, RpcFunction>> = {
  resolve_splits: {
    args: z.strictObject({
      target_model_id: UUID,
      lineage_policy: z.enum(["sequential", "declared"]).optional(),
      as_of: z.string().max(40).optional(),
    }),
    rate: "splits",
    timeoutMs: LINEAGE_TIMEOUT_MS,
    summary: "Who gets which share of a model's royalty",
  },
  lineage_graph: {
    args: z.strictObject({ target_model_id: UUID, as_of: z.string().max(40).optional() }),
    rate: "splits",
    timeoutMs: LINEAGE_TIMEOUT_MS,
    summary: "The models that a model descends from",
  },
  resolve_hoster_fork: {
    args: z.strictObject({ model_id: UUID, quarter: z.string().max(7), royalty_usd: z.string().max(40).optional() }),
    rate: "read",
    summary: "How a royalty is divided between hosters and creators",
  },
  resolve_payout_currency: {
    args: z.strictObject({ model_id: UUID, remitter_kind: z.enum(["commercial_user", "hoster"]), remitter_id: UUID }),
    rate: "read",
    summary: "The currency in which a remitter's money reaches a creator",
  },
  verify_by_hash: {
    args: z.strictObject({ hash: z.string().max(128) }),
    answer: STANDINGS,
    rate: "badge",
    summary: "Is this registered, to whom, and how does it stand?",
  },
  verify_many: {
    args: z.strictObject({ hashes: NAMES.optional(), addresses: NAMES.optional(), ids: NAMES.optional() }),
    answer: STANDINGS,
    rate: "badge",
    summary: "The same for up to a hundred at once",
  },
};
