import { randomUUID } from "node:crypto";
import { encodeAddress, generateKeyPair } from "@omla/sdk/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";
import { randomAddress, randomHash, refusal, register, registerModel, registrationOf, signed } from "./arrange.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

async function rowsOf(table: string, where: string, value: unknown): Promise<Record<string, unknown>[]> {
  return (await database.db.service((tx) => tx.query(`select * from omla.${table} where ${where} = $1`, [value]))).rows;
}

describe("apply_registration", () => {
  it("stores what the signed body says, under the digest of that body", async () => {
    const owner = await generateKeyPair();
    const bob = randomAddress();
    const parent = await register(database);
    const id = randomUUID();
    const model = await register(database, {
      id,
      name: "Derived",
      email: "alice@example.org",
      parents: [
        [parent.address, "0.4"],
        ["https://huggingface.co/else/where", "0.1"],
      ],
      wallets: [{ address: bob, owner_pubkey: owner.publicKey, label: "Bob" }],
      splits: [
        [encodeAddress(id), "70"],
        [bob.toUpperCase(), "30"],
      ],
      prefs: [
        ["USD", false],
        ["BTC", true],
      ],
      hosterShare: "12.5",
      files: [{ path: "weights/model.safetensors", sha256: "ab".repeat(32), size: 12 }],
      locations: ["https://huggingface.co/alice/derived"],
    });
    expect(await rowsOf("models", "id", model.id)).toMatchObject([
      { name: "Derived", document_digest: model.document.digest, is_active: true, update_nonce: "0" },
    ]);
    expect(await rowsOf("lineage_edges", "child_id", model.id)).toMatchObject([
      { parent_id: parent.id, parent_ref: null, contribution_weight: "0.4", position: 0, effective_until: null },
      { parent_id: null, parent_ref: "https://huggingface.co/else/where", contribution_weight: "0.1", position: 1 },
    ]);
    expect((await rowsOf("contribution_splits", "model_id", model.id)).map(({ percentage }) => percentage)).toEqual(["70", "30"]);
    expect(await rowsOf("wallets", "address", bob)).toMatchObject([
      { owner_pubkey: owner.publicKey, is_primary: false, rail: null, model_id: model.id },
    ]);
    expect(await rowsOf("hoster_shares", "model_id", model.id)).toMatchObject([{ hoster_share_pct: "12.5" }]);
    expect(await rowsOf("model_hashes", "sha256", "ab".repeat(32))).toMatchObject([{ model_id: model.id, is_active: true }]);
    expect(await rowsOf("documents", "digest", model.document.digest)).toMatchObject([
      { type: "registration", body: model.document.body, signature: model.document.signature },
    ]);
    expect(await rowsOf("compliance_state", "id", model.id)).toMatchObject([{ state: "REGISTERED", subject_kind: "model" }]);
    const audit = await rowsOf("audit_log", "entity_id", model.id);
    expect(audit).toMatchObject([{ action: "model.register", entity: "models" }]);
    expect(audit[0]?.["actor"]).toMatch(/^ed25519:[0-9a-f]{16}$/);
  });

  it("refuses a digest that is not that of the body", async () => {
    const keys = await generateKeyPair();
    const id = randomUUID();
    const { document, privateText } = await registrationOf({}, keys, id);
    const { body, signature } = await signed("registration", document, keys.secretKey);
    const lie = database.db.service((tx) =>
      tx.query("select omla.apply_registration($1, $2, $3, $4)", [body, "00".repeat(32), signature, privateText]),
    );
    expect((await refusal(lie)).code).toBe("DIGEST_MISMATCH");
    expect(await rowsOf("models", "id", id)).toEqual([]);
  });

  it("refuses private data to which the document does not commit", async () => {
    const keys = await generateKeyPair();
    const { document } = await registrationOf({}, keys, randomUUID());
    const { body, digest, signature } = await signed("registration", document, keys.secretKey);
    const lie = database.db.service((tx) =>
      tx.query("select omla.apply_registration($1, $2, $3, $4)", [body, digest, signature, '{"rail_identifier":"acct_evil"}']),
    );
    expect(await refusal(lie)).toMatchObject({ code: "PRIVATE_MISMATCH", path: "private" });
  });

  it("refuses a document that is meant for another registry", async () => {
    const other = await createTestDatabase();
    try {
      await other.db.service((tx) => tx.query("select omla.configure_registry('https://another.test', 'sequential', null)"));
      expect(await refusal(register(other))).toMatchObject({ code: "REGISTRY_MISMATCH", path: "registry" });
    } finally {
      await other.close();
    }
  });

  it("takes a document once", async () => {
    const keys = await generateKeyPair();
    const { document, privateText } = await registrationOf({}, keys, randomUUID());
    const { body, digest, signature } = await signed("registration", document, keys.secretKey);
    const send = (): Promise<unknown> =>
      database.db.service((tx) => tx.query("select omla.apply_registration($1, $2, $3, $4)", [body, digest, signature, privateText]));
    await send();
    expect(await refusal(send())).toMatchObject({ code: "DOCUMENT_EXISTS", status: 409 });
  });

  it("refuses the id of a registered model", async () => {
    const { id } = await register(database);
    expect(await refusal(register(database, { id }))).toMatchObject({ code: "MODEL_EXISTS", path: "model_id" });
  });

  it("refuses weights that belong to an active model, and names its holder", async () => {
    const hash = randomHash();
    const holder = await register(database, { name: "Holder", hash });
    expect(await refusal(register(database, { hash }))).toMatchObject({
      code: "HASH_TAKEN",
      status: 409,
      details: { model_id: holder.id, name: "Holder", sha256: hash },
    });
    const asFile = register(database, { files: [{ path: "a.bin", sha256: hash, size: 1 }] });
    expect((await refusal(asFile)).code).toBe("HASH_TAKEN");
  });

  it("lets one of two concurrent registrations of the same weights win", async () => {
    const hash = randomHash();
    const outcomes = await Promise.allSettled([register(database, { hash }), register(database, { hash }), register(database, { hash })]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await rowsOf("model_hashes", "sha256", hash)).toHaveLength(1);
  });

  it("refuses a wallet address that does not encode the model's id", async () => {
    const keys = await generateKeyPair();
    const { document, privateText } = await registrationOf({}, keys, randomUUID());
    const moved = { ...document, wallet: { address: randomAddress(), rail: "stripe" } };
    const { body, digest, signature } = await signed("registration", moved, keys.secretKey);
    const lie = database.db.service((tx) =>
      tx.query("select omla.apply_registration($1, $2, $3, $4)", [body, digest, signature, privateText]),
    );
    expect((await refusal(lie)).code).toBe("ADDRESS_INVALID");
  });

  it("refuses a split to a wallet that nobody registered, and one whose owner is another key", async () => {
    const stranger = randomAddress();
    expect(await refusal(register(database, { splits: [[stranger, "100"]] }))).toMatchObject({
      code: "WALLET_UNKNOWN",
      path: "contribution_splits[0].wallet",
    });
    const [first, second] = [await generateKeyPair(), await generateKeyPair()];
    await register(database, { wallets: [{ address: stranger, owner_pubkey: first.publicKey, label: "First" }] });
    const taken = register(database, { wallets: [{ address: stranger, owner_pubkey: second.publicKey, label: "Second" }] });
    expect(await refusal(taken)).toMatchObject({ code: "WALLET_TAKEN", path: "wallets[0].address" });
  });

  it.each([
    ["99 percent", { splits: [["primary", "99"]] }, "SPLIT_SUM"],
    ["a split of 0", { splits: [["primary", "0"]] }, "SPLIT_RANGE"],
    ["a seventh place", { splits: [["primary", "99.9999999"]] }, "SPLIT_RANGE"],
    [
      "weights above 1 (weights_sum_gt_1_rejected)",
      {
        parents: [
          ["a", "0.6"],
          ["b", "0.400001"],
        ],
      },
      "WEIGHT_SUM",
    ],
    ["a weight with a sign", { parents: [["a", "-0.1"]] }, "WEIGHT_RANGE"],
    [
      "one parent twice",
      {
        parents: [
          ["a", "0.1"],
          ["a", "0.1"],
        ],
      },
      "PARENT_DUPLICATE",
    ],
    ["itself as parent", { parents: [["self", "0.1"]] }, "PARENT_SELF"],
    ["33 parents", { parents: Array.from({ length: 33 }, (_, index) => [`p${index}`, "0"]) }, "PARENTS_TOO_MANY"],
    [
      "two backups",
      {
        prefs: [
          ["BTC", true],
          ["ETH", true],
        ],
      },
      "CURRENCY_BACKUP",
    ],
    ["no backup", { prefs: [["BTC", false]] }, "CURRENCY_BACKUP"],
    ["a backup that is no crypto", { prefs: [["USD", true]] }, "CURRENCY_BACKUP"],
    [
      "a currency twice",
      {
        prefs: [
          ["BTC", true],
          ["BTC", false],
        ],
      },
      "PREFERENCE_DUPLICATE",
    ],
    ["an unknown currency", { prefs: [["XYZ", true]] }, "CURRENCY_UNKNOWN"],
    ["a hoster share of 51", { hosterShare: "51" }, "HOSTER_SHARE_RANGE"],
    [
      "one path twice",
      {
        files: [
          { path: "a", sha256: "1".repeat(64), size: 1 },
          { path: "a", sha256: "2".repeat(64), size: 1 },
        ],
      },
      "NAMED_TWICE",
    ],
  ])("refuses %s, and stores nothing of it", async (_name, draft, code) => {
    const id = randomUUID();
    const named = JSON.parse(
      JSON.stringify({ ...draft, id })
        .replaceAll('"primary"', JSON.stringify(encodeAddress(id)))
        .replaceAll('"self"', JSON.stringify(id)),
    ) as object;
    const before = await database.db.service((tx) => tx.query("select count(*) as n from omla.documents"));
    expect((await refusal(register(database, named))).code).toBe(code);
    expect(await rowsOf("models", "id", id)).toEqual([]);
    expect((await database.db.service((tx) => tx.query("select count(*) as n from omla.documents"))).rows).toEqual(before.rows);
  });

  it("stores nothing where a later step of the same transaction fails", async () => {
    const id = randomUUID();
    const failing = database.db.service(async (tx) => {
      await registerModel(tx, { id });
      throw new Error("the server stopped here");
    });
    await expect(failing).rejects.toThrow("the server stopped here");
    expect(await rowsOf("models", "id", id)).toEqual([]);
    expect(await rowsOf("audit_log", "entity_id", id)).toEqual([]);
  });
});
