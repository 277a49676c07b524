import { type Allocator, createAllocator, type WalletShare } from "@omla/sdk/protocol";
import type { Tx } from "../../db/database.ts";
import { termsDigest } from "../reports/figures.ts";
import { findShares } from "../reports/terms-repository.ts";
import type { ClaimOnModel } from "./distribute.ts";
import { payoutError } from "./errors.ts";
import { groupBy } from "./group-by.ts";
import { findClaims, type PayableLine } from "./line-repository.ts";

/** The terms of one line, and their digest as it is now. */
export interface FoundTerms {
  readonly creators: Allocator;
  readonly claims: readonly OwedClaim[];
  readonly terms_sha256: string;
}

/** A claim whose debt shrinks while the lines of one plan settle it. */
export interface OwedClaim extends Omit<ClaimOnModel, "owed_usd"> {
  readonly debt: { micros: bigint };
}

export interface TermsReader {
  /** Reads what the lines need that was not read before. */
  load(lines: readonly PayableLine[]): Promise<void>;
  /** @throws {ApiError} TERMS_CHANGED */
  of(line: PayableLine): FoundTerms;
}

interface Shares {
  readonly stored: readonly WalletShare[];
  readonly creators: Allocator;
}

/** Reads splits, lineage and claims once per model and quarter; lines come in the order of their quarters. */
export function createTermsReader(tx: Tx): TermsReader {
  let shares = new Map<string, Shares>();
  let claims = new Map<string, OwedClaim[]>();
  let digests = new Map<string, string>();
  const debts = new Map<string, { micros: bigint }>();
  let quarter = "";

  const forget = (next: string): void => {
    if (next === quarter) return;
    quarter = next;
    shares = new Map();
    claims = new Map();
    digests = new Map();
  };
  const loadShares = async (models: readonly string[], policy: string): Promise<void> => {
    const missing = models.filter((model) => !shares.has(`${policy} ${model}`));
    if (missing.length === 0) return;
    for (const [model, stored] of await findShares(tx, missing, quarter, policy)) {
      shares.set(`${policy} ${model}`, sharesOf(stored));
    }
  };
  const loadClaims = async (models: readonly string[]): Promise<void> => {
    const missing = models.filter((model) => !claims.has(model));
    if (missing.length === 0) return;
    for (const model of missing) claims.set(model, []);
    for (const { model_id, owed, ...claim } of await findClaims(tx, missing, quarter)) {
      const debt = debts.get(claim.hoster_id) ?? { micros: BigInt(owed) };
      debts.set(claim.hoster_id, debt);
      claims.get(model_id)?.push({ ...claim, debt });
    }
  };

  return {
    load: async (lines) => {
      for (const [next, ofQuarter] of groupBy(lines, (line) => line.quarter)) {
        forget(next);
        for (const [policy, ofPolicy] of groupBy(ofQuarter, (line) => line.lineage_policy)) {
          await loadShares([...new Set(ofPolicy.map(({ model_id }) => model_id))], policy);
        }
        await loadClaims([...new Set(ofQuarter.map(({ model_id }) => model_id))]);
      }
    },
    of: (line) => {
      const found = shares.get(`${line.lineage_policy} ${line.model_id}`) ?? sharesOf([]);
      const terms_sha256 = digestOf(line, found.stored, digests);
      refuseChanged(line, terms_sha256);
      return { creators: found.creators, claims: claims.get(line.model_id) ?? [], terms_sha256 };
    },
  };
}

function sharesOf(stored: readonly WalletShare[]): Shares {
  return { stored, creators: createAllocator(stored.map(({ wallet, share }) => ({ id: wallet, weight: BigInt(share) }))) };
}

function digestOf(line: PayableLine, shares: readonly WalletShare[], digests: Map<string, string>): string {
  const { hoster_share_pct, license_version, lineage_policy, rate } = line;
  const key = [line.model_id, hoster_share_pct, license_version, lineage_policy, rate].join(" ");
  const known = digests.get(key) ?? termsDigest({ hoster_share_pct, license_version, lineage_policy, rate, shares });
  digests.set(key, known);
  return known;
}

/** A line that was filed while its quarter ran goes by the terms of the quarter's end; later nothing may differ (clause 2.21). */
function refuseChanged({ report_id, terms_sha256, filed_after }: PayableLine, now: string): void {
  if (!filed_after || now === terms_sha256) return;
  throw payoutError("TERMS_CHANGED", `The terms of line ${report_id} are not those that were pinned when it was filed.`, undefined, {
    report_id,
    pinned: terms_sha256,
    found: now,
  });
}
