import * as z from "zod";
import { assertParents, assertPreferences, assertSplits } from "../document-sets.ts";
import type { Change, Mutation } from "../documents/mutation.ts";
import { MAX, METADATA_NAME } from "../forms.ts";
import type { JsonValue } from "../strict-subset.ts";
import { absent, address, hosterShare, line, modelId, numberFrom1, rail, sent, sha256, signature, spec } from "./fields.ts";
import { judged } from "./judge.ts";
import { files, lineage, locations, preferences, splits } from "./sets.ts";

const metadata: z.ZodType<Record<string, JsonValue>> = z
  .record(
    z.string().regex(METADATA_NAME),
    z.custom<JsonValue>((value) => value !== undefined),
  )
  .refine((names) => Object.keys(names).length <= MAX.metadata, "too many names");

const change: z.ZodType<Change> = z.discriminatedUnion("kind", [
  z.looseObject({ kind: z.literal("wallet-rail"), address, rail, private_sha256: sha256, rail_identifier: absent }),
  z.looseObject({ kind: z.literal("splits"), contribution_splits: splits }),
  z.looseObject({ kind: z.literal("lineage"), lineage }),
  z.looseObject({ kind: z.literal("currency-prefs"), creator_currency_prefs: preferences }),
  z.looseObject({ kind: z.literal("hoster-share"), hoster_share_pct: hosterShare }),
  z.looseObject({ kind: z.literal("metadata"), metadata }),
  z.looseObject({ kind: z.literal("locations"), locations }),
  z.looseObject({ kind: z.literal("files"), files }),
  z.looseObject({ kind: z.literal("deactivate"), reason: line.exactOptional() }),
]);

export const mutationSchema: z.ZodType<Mutation> = z
  .looseObject({ spec: spec("mutation"), ...sent, model_id: modelId, nonce: numberFrom1, change, signature: signature.exactOptional() })
  .check(judged(({ model_id, change: set }: Mutation) => set.kind === "lineage" && assertParents(model_id, set.lineage, "change.lineage")))
  .check(
    judged(({ change: set }: Mutation) => set.kind === "splits" && assertSplits(set.contribution_splits, "change.contribution_splits")),
  )
  .check(
    judged(
      ({ change: set }: Mutation) =>
        set.kind === "currency-prefs" && assertPreferences(set.creator_currency_prefs, "change.creator_currency_prefs"),
    ),
  );
