import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide, type Listing, type PolicyName, type Standing } from "../src/policy.ts";
import { GRACE_MS, type HeldList, StandingMemory, standingOf } from "../src/trusted-state.ts";

const LISTINGS: readonly Listing[] = ["DENY", "WARN", "SUSPENDED", "NOT_LISTED"];

/** The matrix by hand, from the text: actions for DENY, WARN, SUSPENDED, NOT_LISTED. */
const MATRIX: Record<PolicyName, Record<Standing, string>> = {
  gateway: {
    FRESH: "deny review review allow",
    STALE: "deny review review allow",
    STALE_LONG: "deny review review allow",
    EXPIRED: "deny review review allow",
    EXPIRED_LONG: "review review review allow",
    ADVISORY: "review review review allow",
    NONE: "allow allow allow allow",
  },
  payments: {
    FRESH: "deny review review allow",
    STALE: "deny review review allow",
    STALE_LONG: "deny review review review",
    EXPIRED: "deny review review review",
    EXPIRED_LONG: "review review review review",
    ADVISORY: "review review review allow",
    NONE: "review review review review",
  },
  advisory: {
    FRESH: "allow allow allow allow",
    STALE: "allow allow allow allow",
    STALE_LONG: "allow allow allow allow",
    EXPIRED: "allow allow allow allow",
    EXPIRED_LONG: "allow allow allow allow",
    ADVISORY: "allow allow allow allow",
    NONE: "allow allow allow allow",
  },
};

describe.each(Object.entries(MATRIX))("policy %s", (policy, rows) => {
  it.each(Object.entries(rows))("of a list that is %s", (standing, actions) => {
    const decided = LISTINGS.map((listing) => decide(policy as PolicyName, { listing, standing: standing as Standing, state: "FRESH" }));
    expect(decided.map(({ action }) => action).join(" ")).toBe(actions);
    expect(decided.every(({ reason }) => reason.length > 0)).toBe(true);
  });
});

describe("a policy of the operator's own", () => {
  const input = { listing: "NOT_LISTED", standing: "EXPIRED", state: "EXPIRED" } as const;

  it("decides", () => {
    expect(decide(() => ({ action: "deny", reason: "LIST_EXPIRED" }), input)).toEqual({ action: "deny", reason: "LIST_EXPIRED" });
  });

  it("is read once, inside its own guard", () => {
    let reads = 0;
    const decision = {
      get action(): never {
        reads += 1;
        return (reads === 1 ? "allow" : "nonsense") as never;
      },
    };
    const decided = decide(() => decision as never, input);
    expect([decided.action, decided.action, decided.reason]).toEqual(["allow", "allow", "LIST_EXPIRED"]);
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("broken");
      },
    ],
    ["answers nothing", () => undefined],
    ["answers another word", () => ({ action: "maybe", reason: "LISTED" })],
  ])("that %s is answered as payments would be", (_name, policy) => {
    expect(decide(policy as never, input)).toEqual({ action: "review", reason: "LIST_EXPIRED" });
  });
});

describe("the remembered standing", () => {
  const facts = {
    sequence: 1,
    generated_at: "2026-10-01T00:00:00Z",
    next_update: "2026-10-08T00:00:00Z",
    expires_at: "2027-01-15T00:00:00Z",
    entry_count: 0,
  };
  const held = { facts, signed: true, aged: false } as HeldList;

  it("is at every moment, in any order, what is computed anew", () => {
    const turns = [facts.next_update, facts.expires_at].flatMap((time) => [Date.parse(time), Date.parse(time) + GRACE_MS]);
    const moments = turns.flatMap((ms) => [ms - 1, ms, ms + 1]);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...moments), fc.constantFrom(held, { ...held, aged: true }, undefined)), { minLength: 2 }),
        (asked) => {
          const memory = new StandingMemory();
          for (const [ms, list] of asked) expect(memory.at(list, ms)).toEqual(standingOf(list, new Date(ms)));
        },
      ),
    );
  });
});
