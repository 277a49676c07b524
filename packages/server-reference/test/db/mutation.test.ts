import { generateKeyPair, privateDigest } from "@omla/sdk/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";
import { type ArrangedModel, lineageChange, mutateIn, randomAddress, randomHash, refusal, register, splitsChange } from "./arrange.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

let model: ArrangedModel;
beforeEach(async () => {
  model = await register(database);
});

async function select(text: string, ...values: unknown[]): Promise<Record<string, unknown>[]> {
  return (await database.db.service((tx) => tx.query(text, values))).rows;
}

const metadata = (value: string): Record<string, unknown> => ({ kind: "metadata", metadata: { "training.data": value } });

describe("the nonce of a mutation", () => {
  it("must grow, and is not used up by a refusal", async () => {
    await mutateIn(database, { model_id: model.id, nonce: 5, change: metadata("a") }, model.keys);
    for (const nonce of [5, 4]) {
      const stale = mutateIn(database, { model_id: model.id, nonce, change: metadata(`b${nonce}`) }, model.keys);
      expect(await refusal(stale)).toMatchObject({ code: "NONCE_NOT_HIGHER", status: 409, path: "nonce", details: { current: 5 } });
    }
    await mutateIn(database, { model_id: model.id, nonce: 6, change: metadata("c") }, model.keys);
    expect(await select("select value from omla.model_metadata where model_id = $1", model.id)).toEqual([{ value: "c" }]);
  });

  it("has one winner among concurrent mutations that name the same one", async () => {
    const attempts = ["a", "b", "c", "d"].map((value) =>
      mutateIn(database, { model_id: model.id, nonce: 1, change: metadata(value) }, model.keys),
    );
    const outcomes = await Promise.allSettled(attempts);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(
      await select("select count(*)::int as n from omla.audit_log where entity_id = $1 and action = 'model.metadata'", model.id),
    ).toEqual([{ n: 1 }]);
  });
});

describe("the signer of a mutation", () => {
  it("may be the recovery key", async () => {
    const recovery = await generateKeyPair();
    const owned = await register(database, { recovery });
    await mutateIn(database, { model_id: owned.id, nonce: 1, change: metadata("by recovery") }, recovery);
    expect(await select("select value from omla.model_metadata where model_id = $1", owned.id)).toEqual([{ value: "by recovery" }]);
  });

  it("may not be another model's key", async () => {
    const stranger = await generateKeyPair();
    const foreign = mutateIn(database, { model_id: model.id, nonce: 1, change: metadata("evil") }, stranger);
    expect(await refusal(foreign)).toMatchObject({ code: "KEY_NOT_ALLOWED", status: 403 });
  });

  it("is the owner's key for the rail of a wallet that has one, with a nonce of its own", async () => {
    const owner = await generateKeyPair();
    const address = randomAddress();
    const holder = await register(database, { wallets: [{ address, owner_pubkey: owner.publicKey, label: "Bob" }] });
    const part = { rail_identifier: "bob@wise", salt: "0123456789abcdef" };
    const change = { kind: "wallet-rail", address, rail: "wise", private_sha256: await privateDigest(part) };
    const text = JSON.stringify(part);
    expect((await refusal(mutateIn(database, { model_id: holder.id, nonce: 1, change }, holder.keys, text))).code).toBe("KEY_NOT_ALLOWED");
    await mutateIn(database, { model_id: holder.id, nonce: 1, change }, owner, text);
    const [wallet] = await select(
      "select w.rail, w.update_nonce, w.rail_changed_at is not null as changed, p.rail_identifier from omla.wallets w join omla.wallet_private p on p.wallet_id = w.id where address = $1",
      address,
    );
    expect(wallet).toEqual({ rail: "wise", update_nonce: "1", changed: true, rail_identifier: "bob@wise" });
    expect(await select("select update_nonce from omla.models where id = $1", holder.id)).toEqual([{ update_nonce: "0" }]);
  });
});

describe("the kinds of a mutation", () => {
  it("replace a set of splits as a whole and keep the old one with its dates", async () => {
    await mutateIn(database, { model_id: model.id, nonce: 1, change: splitsChange([[model.address, "100"]]) }, model.keys);
    const other = await register(database);
    await mutateIn(
      database,
      {
        model_id: model.id,
        nonce: 2,
        change: splitsChange([
          [other.address, "40"],
          [model.address, "60"],
        ]),
      },
      model.keys,
    );
    expect(
      await select(
        "select percentage, effective_until is null as open, update_nonce from omla.contribution_splits where model_id = $1 order by update_nonce, position",
        model.id,
      ),
    ).toEqual([
      { percentage: "100", open: false, update_nonce: "1" },
      { percentage: "40", open: true, update_nonce: "2" },
      { percentage: "60", open: true, update_nonce: "2" },
    ]);
  });

  it("take a lineage away where the new set is empty", async () => {
    const parent = await register(database);
    const child = await register(database, { parents: [[parent.id, "0.5"]] });
    await mutateIn(database, { model_id: child.id, nonce: 1, change: lineageChange([]) }, child.keys);
    const shares = await select("select wallet_address, share from public.resolve_splits($1)", child.id);
    expect(shares).toEqual([{ wallet_address: child.address, share: "1000000000000000000" }]);
  });

  it("overlay metadata, and take a name away by null", async () => {
    await mutateIn(
      database,
      { model_id: model.id, nonce: 1, change: { kind: "metadata", metadata: { a: 1, b: { c: ["d"] } } } },
      model.keys,
    );
    await mutateIn(database, { model_id: model.id, nonce: 2, change: { kind: "metadata", metadata: { a: null, e: false } } }, model.keys);
    expect(await select("select key, value from omla.model_metadata where model_id = $1 order by key", model.id)).toEqual([
      { key: "b", value: { c: ["d"] } },
      { key: "e", value: false },
    ]);
  });

  it("keep the date on which a location was checked while it stays", async () => {
    const [kept, gone] = ["https://huggingface.co/a/kept", "https://huggingface.co/a/gone"];
    await mutateIn(database, { model_id: model.id, nonce: 1, change: { kind: "locations", locations: [gone, kept] } }, model.keys);
    await database.owner((client) =>
      client.query("update omla.model_locations set verified_at = '2026-01-02T00:00:00Z' where model_id = $1", [model.id]),
    );
    await mutateIn(
      database,
      { model_id: model.id, nonce: 2, change: { kind: "locations", locations: [kept, "https://example.org/new"] } },
      model.keys,
    );
    const rows = await database.db.query(
      "anon",
      "select url, verified_at is not null as checked from public.model_locations where model_id = $1 order by position",
      [model.id],
    );
    expect(rows.rows).toEqual([
      { url: kept, checked: true },
      { url: "https://example.org/new", checked: false },
    ]);
  });

  it("add hashes with new files, and keep the old ones the model's", async () => {
    const [first, second] = [randomHash(), randomHash()];
    const file = (sha256: string): object => ({ kind: "files", files: [{ path: "w.bin", sha256, size: 1 }] });
    await mutateIn(database, { model_id: model.id, nonce: 1, change: file(first) as Record<string, unknown> }, model.keys);
    await mutateIn(database, { model_id: model.id, nonce: 2, change: file(second) as Record<string, unknown> }, model.keys);
    expect((await refusal(register(database, { hash: first }))).code).toBe("HASH_TAKEN");
    expect((await database.db.query("anon", "select sha256 from public.model_files where model_id = $1", [model.id])).rows).toEqual([
      { sha256: second },
    ]);
  });

  it("deactivate once, which frees the weights and ends all further changes", async () => {
    const hash = randomHash();
    const retired = await register(database, { hash });
    await mutateIn(database, { model_id: retired.id, nonce: 1, change: { kind: "deactivate" } }, retired.keys);
    expect((await refusal(mutateIn(database, { model_id: retired.id, nonce: 2, change: metadata("x") }, retired.keys))).code).toBe(
      "MODEL_INACTIVE",
    );
    await expect(register(database, { hash })).resolves.toBeDefined();
  });

  it("are those of the protocol, and no others", async () => {
    const unknown = mutateIn(database, { model_id: model.id, nonce: 1, change: { kind: "wallet-owner" } }, model.keys);
    expect(await refusal(unknown)).toMatchObject({ code: "DOCUMENT_SCHEMA", path: "change.kind" });
  });
});

describe("every mutation", () => {
  it("writes one audit row with what stood before and after", async () => {
    await mutateIn(database, { model_id: model.id, nonce: 1, change: { kind: "hoster-share", hoster_share_pct: "10" } }, model.keys);
    const rows = await database.db.transaction("reviewer", {}, (tx) =>
      tx.query("select action, before_state, after_state from public.audit_log where entity_id = $1 order by id", [model.id]),
    );
    expect(rows.rows).toMatchObject([{ action: "model.register" }, { action: "model.hoster-share", before_state: "0", after_state: "10" }]);
  });

  it("of a model that is not registered is refused", async () => {
    const nobody = mutateIn(database, { model_id: "00000000-0000-4000-8000-000000000000", nonce: 1, change: metadata("x") }, model.keys);
    expect(await refusal(nobody)).toMatchObject({ code: "MODEL_NOT_FOUND", status: 404, path: "model_id" });
  });
});
