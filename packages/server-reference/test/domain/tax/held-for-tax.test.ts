import { afterAll, beforeAll, expect, it } from "vitest";
import { recordTaxForm } from "../../../src/domain/tax/form-service.ts";
import { heldForTax } from "../../../src/domain/tax/held-service.ts";
import { accounts } from "../../../src/ledger/accounts.ts";
import { post } from "../../../src/ledger/post.ts";
import { register } from "../../db/arrange.ts";
import { movableClock } from "../../helpers/clock.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/database.ts";

const clock = movableClock();
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ now: () => clock.now() });
});
afterAll(() => database.close());

it("lists what is held from each wallet, and whether the next plan would let it go", async () => {
  const [small, large, filed] = [await register(database), await register(database), await register(database)];
  const hold = (wallet: string, micros: bigint, payable: bigint): Promise<unknown> =>
    database.db.service((tx) =>
      post(tx, {
        kind: "test.hold",
        ref: wallet,
        live: true,
        entries: [
          { account: accounts.held("tax", wallet), currency: "USD", amount: -micros },
          ...(payable === 0n ? [] : [{ account: accounts.payable(wallet), currency: "USD", amount: -payable }]),
          { account: accounts.suspense("test"), currency: "USD", amount: micros + payable },
        ],
      }),
    );
  // 600 are not above the threshold; 500 with 100.000001 that became payable since are.
  await hold(small.address, 600_000_000n, 0n);
  await hold(large.address, 500_000_000n, 100_000_001n);
  await hold(filed.address, 900_000_000n, -50_000_000n);
  const form = {
    wallet: filed.address,
    kind: "W-9",
    jurisdiction: "US",
    file_sha256: "d".repeat(64),
    expires_at: null,
    document_ref: "safe",
  };
  await database.db.service((tx) => recordTaxForm(tx, form, "board-member-1"));
  const found = await database.db.service((tx) => heldForTax(tx, clock.now()));
  const shown = found.map(({ wallet, held_usd, hold: why }) => [wallet, held_usd, why?.reason ?? null, why?.planned_usd ?? null]);
  expect(shown.sort()).toEqual(
    [
      [small.address, "600.000000", null, null],
      [large.address, "500.000000", "no_form", "600.000001"],
      [filed.address, "900.000000", null, null],
    ].sort(),
  );
});
