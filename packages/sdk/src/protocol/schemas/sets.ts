import * as z from "zod";
import type { DeclaredParent, DeclaredSplit, ModelFile } from "../document-sets.ts";
import { MAX, RELATIONSHIPS } from "../forms.ts";
import type { CurrencyPreference } from "../payout-currency.ts";
import { address, count, currencyCode, decimal, httpsUrl, line, lineOf, modelId, sha256 } from "./fields.ts";

const ANY_NUMBER = 10_000;

export const lineage: z.ZodType<DeclaredParent[]> = z
  .array(
    z.looseObject({
      parent_id: modelId.exactOptional(),
      parent_wallet: address.exactOptional(),
      parent_ref: lineOf(MAX.url).exactOptional(),
      relationship: z.enum(RELATIONSHIPS),
      contribution_weight: decimal,
    }),
  )
  .max(ANY_NUMBER);

export const splits: z.ZodType<DeclaredSplit[]> = z
  .array(z.looseObject({ recipient: line, wallet: address, percentage: decimal }))
  .max(ANY_NUMBER);

export const preferences: z.ZodType<CurrencyPreference[]> = z
  .array(z.looseObject({ code: currencyCode, is_backup: z.boolean() }))
  .min(1)
  .max(MAX.prefs);

export const files: z.ZodType<ModelFile[]> = z.array(z.looseObject({ path: lineOf(MAX.path), sha256, size: count })).max(MAX.files);

export const locations: z.ZodType<string[]> = z.array(httpsUrl).max(MAX.locations);
