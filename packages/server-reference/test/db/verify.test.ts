import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";
import { type ArrangedModel, mutateIn, randomHash, refusal, register } from "./arrange.ts";

let database: TestDatabase;
let model: ArrangedModel;
const [weights, file] = [randomHash(), randomHash()];
beforeAll(async () => {
  database = await createTestDatabase({ now: () => new Date("2026-07-01T00:00:00Z") });
  model = await register(database, {
    name: "Known",
    hash: weights,
    files: [{ path: "a.bin", sha256: file, size: 3 }],
    locations: ["https://huggingface.co/a/b"],
  });
});
afterAll(() => database.close());

async function ask(call: string, ...values: unknown[]): Promise<Record<string, unknown>[]> {
  return (await database.db.query("anon", `select * from public.${call}`, values)).rows;
}

const known = (query: string): object => ({
  registered: true,
  model_id: model.id,
  name: "Known",
  address: model.address,
  ed25519_pubkey: model.keys.publicKey,
  license_version: "v8-10-2025",
  asset_kind: "model",
  state: "REGISTERED",
  state_since: "2026-07-01T00:00:00Z",
  registered_at: "2026-07-01T00:00:00Z",
  locations: ["https://huggingface.co/a/b"],
  as_of: "2026-07-01T00:00:00Z",
  query,
});
const unknown = (query: string): object => ({
  ...Object.fromEntries(Object.keys(known("")).map((key) => [key, null])),
  registered: false,
  as_of: "2026-07-01T00:00:00Z",
  query,
});

describe("verify_by_hash", () => {
  it("knows a model by its hash and by those of its files, in any case", async () => {
    expect(await ask("verify_by_hash($1)", weights)).toEqual([known(weights)]);
    expect(await ask("verify_by_hash($1)", file.toUpperCase())).toEqual([known(file.toUpperCase())]);
  });

  it.each(["00".repeat(32), "no hash", ""])("says that %j is not registered", async (hash) => {
    expect(await ask("verify_by_hash($1)", hash)).toEqual([unknown(hash)]);
  });

  it("does not know a model that was deactivated", async () => {
    const hash = randomHash();
    const retired = await register(database, { hash });
    await mutateIn(database, { model_id: retired.id, nonce: 1, change: { kind: "deactivate" } }, retired.keys);
    expect(await ask("verify_by_hash($1)", hash)).toEqual([unknown(hash)]);
    expect(await ask("verify_many(ids => array[$1])", retired.id)).toEqual([unknown(retired.id)]);
  });
});

describe("verify_many", () => {
  it("answers each question in the order asked: hashes, addresses, ids", async () => {
    const answers = await ask(
      "verify_many(array[$1, 'x'], array[$2], array[$3, 'y', null])",
      weights,
      model.address.toUpperCase(),
      model.id,
    );
    expect(answers).toEqual([
      known(weights),
      unknown("x"),
      known(model.address.toUpperCase()),
      known(model.id),
      unknown("y"),
      { ...unknown(""), query: null },
    ]);
  });

  it("answers nothing where nothing is asked", async () => {
    expect(await ask("verify_many()")).toEqual([]);
    expect(await ask("verify_many(null, null, null)")).toEqual([]);
  });

  it("refuses more than a hundred questions", async () => {
    expect(
      await ask(
        "verify_many($1)",
        Array.from({ length: 100 }, () => "x"),
      ),
    ).toHaveLength(100);
    expect(
      (
        await refusal(
          ask(
            "verify_many($1, array['y'])",
            Array.from({ length: 100 }, () => "x"),
          ),
        )
      ).code,
    ).toBe("LIMIT_EXCEEDED");
  });
});
