import { formatUsd, parseUsd, verifyDocument } from "@omla/sdk/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SignedModel } from "../helpers/factories.ts";
import { startYear, type Year } from "./stage.ts";
import { type Cast, gather, type Payer, scenesOf } from "./story.ts";

const DAY_MS = 86_400_000;
/** Every Monday of 2026 from the fifth of January, five minutes past six. */
const MONDAYS = Array.from({ length: 52 }, (_, week) => new Date(Date.UTC(2026, 0, 5, 6, 5) + week * 7 * DAY_MS));

let year: Year;
beforeAll(async () => {
  year = await startYear("2026-01-02T09:00:00Z");
}, 120_000);
afterAll(() => year.close());

const seconds = (date: Date): string => date.toISOString().replace(".000", "");

async function stateOf(id: string, payer?: Payer): Promise<string> {
  const headers: Record<string, string> = payer === undefined ? {} : { authorization: `Bearer ${payer.api_key}` };
  const { body } = await year.get(`/rest/v1/compliance_state?id=eq.${id}&select=state`, headers);
  return (body as unknown as { state: string }[])[0]?.state ?? "unknown";
}

interface PublicRun {
  readonly run_id: string;
  readonly quarter: string;
  readonly distributed_usd: string;
  readonly carried_usd: string;
  readonly totals: readonly { readonly amount_usd: string }[];
}

/** What a creator's own session reads of its payments, added up by status. */
async function earnings({ keys }: Pick<SignedModel, "keys">): Promise<Record<string, string>> {
  const { access_token } = await year.client().signIn(keys);
  const sums = new Map<string, bigint>();
  for await (const { status, amount_usd } of year.client(undefined, access_token).payments.list()) {
    sums.set(status, (sums.get(status) ?? 0n) + parseUsd(amount_usd));
  }
  return Object.fromEntries([...sums].map(([status, micros]) => [status, formatUsd(micros)]));
}

/** What each subject is on a Monday after the tick, and what a gateway with the newest list says of it. */
async function standings(cast: Cast): Promise<Record<string, string>> {
  const { good, late, silent, fraud } = cast;
  const rows: Record<string, string> = {};
  for (const [name, payer] of Object.entries({ good, late, silent, fraud })) {
    const { action } = year.verifier.check({ commercial_user_id: payer.company_id });
    rows[name] = `${await stateOf(payer.company_id, payer)} ${action}`;
  }
  const { action } = year.verifier.check({ model_id: cast.tuned.model_id });
  rows["tuned"] = `${await stateOf(cast.tuned.model_id)} ${action}`;
  return rows;
}

describe("a year of the registry", { timeout: 300_000 }, () => {
  it("moves everybody exactly as worked out by hand", async () => {
    const cast = await gather(year);
    const scenes = scenesOf(year, cast);
    const changes: Record<string, string[]> = {};
    const playUntil = async (time: string): Promise<void> => {
      while (scenes[0] !== undefined && scenes[0].at < time) {
        const { at, act } = scenes.shift() as (typeof scenes)[number];
        await year.at(at);
        await act();
      }
    };
    for (const monday of MONDAYS) {
      await playUntil(seconds(monday));
      await year.at(seconds(monday));
      expect((await year.post("/functions/v1/compliance-tick", {}, year.operator)).status).toBe(200);
      await year.command("job", "lapse-complaints");
      expect(await year.post("/functions/v1/publish-blacklist", {}, year.operator)).toMatchObject({
        status: 201,
        body: { signed: true, weekly: true },
      });
      expect(await year.verifier.refresh()).toEqual({ changed: true, state: "FRESH" });
      for (const [name, standing] of Object.entries(await standings(cast))) {
        const seen = (changes[name] ??= []);
        if (seen.at(-1)?.slice(6) !== standing) seen.push(`${seconds(monday).slice(5, 10)} ${standing}`);
      }
    }
    await playUntil("2027-01-02");
    const { payouts } = (await year.get("/functions/v1/payouts")).body as { payouts: PublicRun[] };
    expect(
      payouts.map(({ quarter, distributed_usd, carried_usd, totals }) => [quarter, distributed_usd, totals[0]?.amount_usd, carried_usd]),
    ).toEqual([
      // Tuned has its form; what Base is paid counts for the new year.
      ["2026-Q4", "1200.000000", "1200.000000", "0.000000"],
      // 900 divided, and the 450 that Tuned was held for.
      ["2026-Q3", "900.000000", "1350.000000", "0.000000"],
      // 600 and Late's 150: Base 0.4 of it. Tuned would be at 180 + 450 = 630 dollars in the year, above 600, without a form.
      ["2026-Q2", "750.000000", "300.000000", "450.000000"],
      ["2026-Q1", "300.000000", "300.000000", "0.000000"],
    ]);
    for (const { run_id } of payouts) expect(await year.command("payout", "--verify", run_id)).toContain("the same bytes");
    expect(await year.command("job", "reconcile-ledger")).toBe('{"reconciled":true}');
    expect(await earnings(cast.tuned)).toEqual({ completed: "1890.000000" });
    // Its key was replaced in February: the session of the new one sees the payments.
    expect(await earnings({ ...cast.base, keys: cast.keys.base ?? cast.base.keys })).toEqual({ completed: "1260.000000" });
    const certificate = await year.client(cast.good.api_key).certificate({ quarter: "2026-Q3" });
    const { keys } = (await year.get("/.well-known/omla")).body as { keys: { role: string; public_key: string }[] };
    const key = keys.find(({ role }) => role === "list");
    const { document } = await verifyDocument("statement", certificate, key?.public_key ?? "");
    expect(document).toMatchObject({ quarter: "2026-Q3", state: "COMPLIANT", net_royalty_usd: "1200.000000", settled_usd: "1200.000000" });
    expect(year.verifier.status().sequence).toBeGreaterThanOrEqual(52);
    expect(year.events.filter(({ alarm }) => alarm)).toEqual([]);
    expect(changes).toEqual({
      // Filed on the 8th of the month after the quarter, paid on the 20th after the Monday's tick. The complaint of 1 September lapses
      // 60 days later, on 31 October; what is filed and paid meanwhile moves what is under it.
      good: [
        "01-05 REGISTERED allow",
        "01-12 REPORTING allow",
        "01-26 COMPLIANT allow",
        "04-13 REPORTING allow",
        "04-27 COMPLIANT allow",
        "07-13 REPORTING allow",
        "07-27 COMPLIANT allow",
        "09-07 UNDER_REVIEW allow",
        "11-02 COMPLIANT allow",
      ],
      // Due on 7 February; 90 days later is 8 May. Told on Monday 11 May, so listed from 25 May; cleared on 12 June.
      late: [
        "01-05 REGISTERED allow",
        "01-12 REPORTING allow",
        "02-09 DELINQUENT allow",
        "05-11 BLACKLISTED allow",
        "05-25 BLACKLISTED deny",
        "06-15 COMPLIANT allow",
      ],
      // The first quarter is due on 1 May; 90 days later is 30 July. Told on 3 August, listed from 17 August.
      silent: [
        "01-05 REGISTERED allow",
        "01-12 COMPLIANT allow",
        "05-04 DELINQUENT allow",
        "08-03 BLACKLISTED allow",
        "08-17 BLACKLISTED deny",
      ],
      // Told on 2 February at ten: the list of 16 February at six is a few hours too early.
      fraud: ["01-05 REGISTERED allow", "02-09 BLACKLISTED allow", "02-23 BLACKLISTED deny"],
      // Late's line stays open until it is paid in June; it is not the model's debt.
      tuned: [
        "01-05 REGISTERED allow",
        "01-12 REPORTING allow",
        "03-02 UNDER_REVIEW allow",
        "03-09 REPORTING allow",
        "06-15 COMPLIANT allow",
        "07-13 REPORTING allow",
        "07-27 COMPLIANT allow",
        "10-12 REPORTING allow",
        "10-26 COMPLIANT allow",
      ],
    });
  });
});
