import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { COMPANY, DAY_MS, MODEL, NOW, publish } from "./publisher.ts";
import { useStage } from "./stage.ts";

const stage = useStage();

/** A verifier that holds list 2, which lists MODEL, and both lists. */
async function holding() {
  const first = await publish({ entries: [COMPANY] });
  const second = await publish({ entries: [MODEL] }, { previous: first });
  stage.registry.serve(second);
  const verifier = await stage.started();
  await verifier.refresh();
  return { verifier, first, second };
}

describe("group B: distribution", () => {
  it("placeholder_no_key_advisory: never denies", async () => {
    stage.registry.serve(await publish({ entries: [MODEL] }, { seeds: [] }));
    const verifier = await stage.started({ keys: [] });
    await verifier.refresh();
    expect(verifier.check({ model_id: MODEL.id })).toMatchObject({ action: "review", state: "ADVISORY", advisory: true });
  });

  it.each([
    ["placeholder_after_signed_fail", "LIST_DOWNGRADE", () => publish({ sequence: 3, prev_sha256: "ab".repeat(32) }, { seeds: [] })],
    ["rollback_lower_sequence_fail", "LIST_ROLLBACK", () => publish({ entries: [COMPANY] })],
    ["equivocation_same_sequence_fail", "LIST_EQUIVOCATION", () => publish({ sequence: 2, prev_sha256: "ab".repeat(32) })],
    ["fork_prev_hash_fail", "LIST_FORK", () => publish({ sequence: 3, prev_sha256: "ab".repeat(32) })],
    [
      "not_yet_valid_fail",
      "LIST_NOT_YET_VALID",
      () => publish({ sequence: 9, prev_sha256: "ab".repeat(32) }, { now: new Date(NOW.getTime() + 3_600_000) }),
    ],
  ])("%s: the last good list stays, and the operator hears of it", async (_name, code, make) => {
    const { verifier } = await holding();
    stage.registry.serve(await make());
    expect(await verifier.refresh()).toEqual({ changed: false, state: "FRESH", code });
    expect(verifier.check({ model_id: MODEL.id })).toMatchObject({ action: "deny", sequence: 2 });
    expect(stage.events.at(-1)).toMatchObject({ type: "refused", code, alarm: true });
  });

  it("placeholder_with_pinned_key_fail: also as the first list", async () => {
    stage.registry.serve(await publish({ entries: [MODEL] }, { seeds: [] }));
    const verifier = await stage.started();
    expect(await verifier.refresh()).toEqual({ changed: false, state: "NONE", code: "LIST_DOWNGRADE" });
  });

  it("fast_forward_sequence_fail: a thief's number cannot be undercut without a new keyset", async () => {
    const { verifier } = await holding();
    stage.registry.serve(await publish({ sequence: 1_000_000, prev_sha256: "ab".repeat(32), entries: [MODEL] }));
    await verifier.refresh();
    stage.registry.serve(await publish({ sequence: 3, prev_sha256: "ab".repeat(32) }));
    expect((await verifier.refresh()).code).toBe("LIST_ROLLBACK");
  });

  it("freeze_until_stale/expired: a 304 and the same list again extend nothing", async () => {
    const { verifier, second } = await holding();
    for (const [days, state] of [
      [8, "STALE"],
      [107, "EXPIRED"],
    ] as const) {
      stage.now = new Date(NOW.getTime() + days * DAY_MS);
      expect(await verifier.refresh()).toEqual({ changed: false, state });
      stage.registry.answer = (_request, response) => response.writeHead(200, { "content-type": "application/json" }).end(second.raw);
      expect((await verifier.refresh()).state).toBe(state);
      stage.registry.serve(second);
    }
  });

  it("clock_rollback_guard: still expired with the clock a year back, after a restart as well", async () => {
    const store = join(stage.folder, "list");
    stage.registry.serve(await publish({ entries: [MODEL] }));
    const verifier = await stage.started({ store });
    await verifier.refresh();
    stage.now = new Date(NOW.getTime() + 107 * DAY_MS);
    stage.registry.serve(await publish({ sequence: 5, prev_sha256: "ab".repeat(32) }, { now: stage.now }));
    await verifier.refresh();
    stage.now = new Date(NOW.getTime() - 365 * DAY_MS);
    const kept = await readFile(store);
    const again = await stage.started({ store });
    expect(again.check({}).sequence).toBe(5);
    expect(stage.events.at(-1)).toMatchObject({ code: "CLOCK_ROLLBACK", alarm: true });
    await writeFile(store, kept);
    stage.now = new Date(NOW.getTime() + 214 * DAY_MS);
    expect(again.check({}).state).toBe("EXPIRED");
    stage.now = new Date(NOW.getTime() - 365 * DAY_MS);
    expect(again.check({}).state).toBe("EXPIRED");
  });

  it("mass_listing_breaker: the old list is held, with an alarm, for a day", async () => {
    const { verifier, second } = await holding();
    const entries = Array.from({ length: 60 }, (_, at) => ({ ...COMPANY, id: `00000000-0000-4000-8000-${String(at).padStart(12, "0")}` }));
    stage.registry.serve(await publish({ entries }, { previous: second }));
    expect((await verifier.refresh()).code).toBe("LIST_HELD_BACK");
    expect(verifier.check({ model_id: MODEL.id }).action).toBe("deny");
    stage.now = new Date(NOW.getTime() + DAY_MS);
    expect((await verifier.refresh()).changed).toBe(true);
  });

  it("expired_list_with_LKG: an expired list still denies in its grace, and asks for a review after it", async () => {
    const { verifier } = await holding();
    const at = (days: number) => {
      stage.now = new Date(NOW.getTime() + days * DAY_MS);
      return verifier.check({ model_id: MODEL.id }).action;
    };
    expect([at(107), at(120), at(121)]).toEqual(["deny", "deny", "review"]);
  });
});
