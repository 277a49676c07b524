import type { Implementation } from "@omla/sdk/conformance";
import { parseTimestamp } from "@omla/sdk/protocol";
import { databaseError } from "./errors.ts";

/** Runs one statement and gives the first column of its only row; throws pg's errors. */
export type AskSql = (text: string, values: readonly unknown[]) => Promise<unknown>;

/**
 * The stored functions as an implementation of the protocol, for the same vectors as every other one.
 *
 * Each operation goes through the function that production calls with what is stored. What SQL has no part in is left out.
 * @see vectors/README.md
 */
export function sqlImplementation(ask: AskSql): Implementation {
  const call = async (text: string, ...values: readonly unknown[]): Promise<unknown> => {
    try {
      return await ask(text, values);
    } catch (error) {
      throw databaseError(error) ?? error;
    }
  };
  const json = (value: unknown): string => JSON.stringify(value);
  return {
    parseAmount: ({ text }) => call("select omla.usd_micros($1)::text", text),
    computeRoyalty: ({ rate, revenue_usd, run_cost_usd, pipeline_weight = "1", routing_fees_usd = "0" }) =>
      call(ROYALTY, String(rate), String(revenue_usd), String(run_cost_usd), String(pipeline_weight), String(routing_fees_usd)),
    resolveSplits: ({ models, target_model_id, lineage_policy }) =>
      call("select omla.resolve_splits($1, $2, $3)", json(models), target_model_id, lineage_policy),
    assertLineage: async ({ models, target_model_id, limits = {} }) => {
      await call("select omla.check_lineage($1, $2, $3)", json(models), target_model_id, json(limits));
    },
    payoutAmounts: ({ models, target_model_id, lineage_policy, creator_pool_usd }) =>
      call("select omla.payout_amounts($1::jsonb, $2, $3, $4)", json(models), target_model_id, lineage_policy, creator_pool_usd),
    resolveHosterFork: ({ royalty_usd, hoster_share_pct, claims }) =>
      call("select omla.resolve_hoster_fork($1, $2, $3::jsonb)", String(royalty_usd), String(hoster_share_pct), json(claims)),
    resolvePayoutCurrency: ({ creator_currency_prefs, remitter_currencies, remitter_conversion_fees }) =>
      call(
        "select omla.resolve_payout_currency($1, $2, $3)",
        json(creator_currency_prefs),
        json(remitter_currencies),
        json(remitter_conversion_fees),
      ),
    tickCompliance: async ({ subject_kind, state, previous_state, facts, now }) => {
      // The function takes a time, not a text; texts are judged before they reach it, as at the API.
      const time = typeof now === "string" ? parseTimestamp(now) : now;
      return call(
        "select omla.tick_compliance($1, $2, $3, $4::jsonb, $5::timestamptz)",
        subject_kind,
        state,
        previous_state,
        json(facts),
        time,
      );
    },
  };
}

/** The figures of a line, from texts that are read as the wire's decimals. */
const ROYALTY = `
  select jsonb_build_object('royalty_basis', r.royalty_basis, 'royalty_usd', omla.usd_text(r.royalty_usd * 1000000),
           'deducted_fees_usd', omla.usd_text(r.deducted_fees_usd * 1000000), 'net_royalty_usd', omla.usd_text(r.net_royalty_usd * 1000000))
    from omla.royalty_of(omla.part($1, 1, 'RATE_RANGE', 'rate'), omla.usd_micros($2) * 0.000001, omla.usd_micros($3) * 0.000001,
           omla.part($4, 1, 'WEIGHT_RANGE', 'pipeline_weight'), omla.usd_micros($5) * 0.000001) r`;
