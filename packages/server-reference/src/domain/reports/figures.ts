import { createHash } from "node:crypto";
import {
  canonicalize,
  computeReport,
  formatUsd,
  type LineagePolicy,
  parseUsd,
  type ReportLine,
  resolveHosterFork,
  type WalletShare,
} from "@omla/sdk/protocol";
import { reportError } from "./errors.ts";
import type { HosterVolume, ReportedModel, ReportTerms } from "./terms-repository.ts";
import type { ReportInput } from "./schema.ts";

/** One line with all that follows from it. */
export interface ComputedLine extends ReportLine {
  readonly modelFacts: ReportedModel;
  readonly pipeline: string | null;
  readonly hoster_pool_usd: string;
  readonly creator_pool_usd: string;
  readonly shares: readonly WalletShare[];
  /** Digest of everything but the figures that a payout of this line depends on. */
  readonly terms_sha256: string;
}

/**
 * Computes every line of a report from what is registered, as it stood at the end of the quarter.
 *
 * @param terms - found for the references that {@link namedModels} gives
 * @throws {ApiError} MODEL_NOT_FOUND with the path; and what the protocol's computeReport refuses
 * @see docs/spec/2-money.md clause 2.10
 */
export function computeLines(
  { models, shares, volumes }: ReportTerms,
  input: ReportInput,
  policy: LineagePolicy,
  maxLines: number,
): ComputedLine[] {
  const entries = canonicalReferences(input.entries);
  refuseUnknown(entries, models);
  const facts = new Map([...models.values()].map((model) => [model.id, model]));
  const resolved = withModelIds(entries, models);
  const lines = computeReport(resolved, (id) => factsOf(facts, id).rate, { lines: maxLines });
  return lines.map((line) =>
    completeLine(line, factsOf(facts, line.model), shares.get(line.model) ?? [], volumes, policy, pipelineOf(input.entries, line.entry)),
  );
}

/** What a report calls its models, each once and in canonical form. */
export function namedModels({ entries }: ReportInput): string[] {
  return referencesOf(canonicalReferences(entries));
}

type Entries = ReportInput["entries"];

/** Addresses, ids and hashes are compared in lower case. */
function canonicalReferences(entries: Entries): Entries {
  return mapModels(entries, (reference) => reference.toLowerCase());
}

function mapModels(entries: Entries, map: (reference: string) => string): Entries {
  return entries.map((entry) =>
    "models" in entry
      ? { ...entry, models: entry.models.map((line) => ({ ...line, model: map(line.model) })) }
      : { ...entry, model: map(entry.model) },
  );
}

function referencesOf(entries: Entries): string[] {
  return [...new Set(entries.flatMap((entry) => ("models" in entry ? entry.models.map(({ model }) => model) : [entry.model])))];
}

function refuseUnknown(entries: Entries, models: ReadonlyMap<string, ReportedModel>): void {
  entries.forEach((entry, at) => {
    const named =
      "models" in entry
        ? entry.models.map(({ model }, inner) => ({ model, path: `entries[${at}].models[${inner}].model` }))
        : [{ model: entry.model, path: `entries[${at}].model` }];
    for (const { model, path } of named) {
      if (!models.has(model)) throw reportError("MODEL_NOT_FOUND", `No registered model is named ${model.slice(0, 80)}.`, path);
    }
  });
}

/** From here on a model has one name, so that one reported by address and again by hash is seen as a duplicate. */
function withModelIds(entries: Entries, models: ReadonlyMap<string, ReportedModel>): Entries {
  return mapModels(entries, (reference) => models.get(reference)?.id ?? reference);
}

function factsOf(facts: ReadonlyMap<string, ReportedModel>, id: string): ReportedModel {
  const found = facts.get(id);
  if (found === undefined) throw new TypeError(`no facts of model ${id}`);
  return found;
}

function pipelineOf(entries: Entries, path: string): string | null {
  const entry = entries[Number(/^entries\[(\d+)\]/.exec(path)?.[1])];
  return entry !== undefined && "pipeline" in entry ? entry.pipeline : null;
}

function completeLine(
  line: ReportLine,
  modelFacts: ReportedModel,
  shares: readonly WalletShare[],
  volumes: readonly HosterVolume[],
  policy: LineagePolicy,
  pipeline: string | null,
): ComputedLine {
  const { hoster_share_pct, license_version } = modelFacts;
  const claims = volumes.filter(({ model_id }) => model_id === line.model);
  const { hoster_pool_usd, creator_pool_usd } = resolveHosterFork({ royalty_usd: line.net_royalty_usd, hoster_share_pct, claims });
  const terms_sha256 = termsDigest({ hoster_share_pct, license_version, lineage_policy: policy, rate: line.rate, shares });
  return { ...line, modelFacts, pipeline, hoster_pool_usd, creator_pool_usd, shares, terms_sha256 };
}

/** What a line's payout depends on beside its figures. */
export interface PinnedTerms {
  readonly hoster_share_pct: string;
  readonly license_version: string;
  readonly lineage_policy: LineagePolicy;
  readonly rate: string;
  readonly shares: readonly WalletShare[];
}

/** Digest of the terms, stored with the line: the payout computes it again. */
export function termsDigest(terms: PinnedTerms): string {
  return createHash("sha256").update(canonicalize(terms)).digest("hex");
}

/** Σ of a figure over the lines, in USD with six places. */
export function sumUsd(lines: readonly ComputedLine[], member: "royalty_usd" | "deducted_fees_usd" | "net_royalty_usd"): string {
  return formatUsd(lines.reduce((sum, line) => sum + parseUsd(line[member]), 0n));
}
