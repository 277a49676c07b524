import { createTestRegistry } from "@omla/sdk/testing";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { emptyFolder, items, type Json, json, runOmla } from "./run-omla.ts";

const read = (folder: string, file: string): Json => JSON.parse(readFileSync(join(folder, file), "utf8")) as Json;

async function initialised(registry: Awaited<ReturnType<typeof createTestRegistry>>, card?: string): Promise<string> {
  const folder = emptyFolder();
  writeFileSync(join(folder, "model.safetensors"), `weights in ${folder}`);
  if (card !== undefined) writeFileSync(join(folder, "README.md"), card);
  await runOmla(["keygen"], { folder });
  const ran = await runOmla(["init", "model.safetensors", "--registry", registry.url], { folder, registry });
  expect(ran).toMatchObject({ code: 0 });
  return folder;
}

function edit(folder: string, change: object): void {
  writeFileSync(join(folder, "omla-registration.json"), JSON.stringify({ ...read(folder, "omla-registration.json"), ...change }));
}

describe("omla init", () => {
  it("makes a signed omla.json and a draft from weights and card, and writes the card's line", async () => {
    const registry = await createTestRegistry();
    const folder = await initialised(registry, "---\nbase_model: org/base\nbase_model_relation: quantized\n---\n# Tiny 7B\n");
    const sidecar = read(folder, "omla.json");
    const draft = read(folder, "omla-registration.json");
    expect(sidecar).toMatchObject({ name: "Tiny 7B", registry: registry.url, license_version: "v8-10-2025", sha256: [draft.model_hash] });
    expect(draft.lineage).toEqual([{ parent_ref: "org/base", relationship: "quantize", contribution_weight: "0" }]);
    expect(readFileSync(join(folder, "README.md"), "utf8")).toContain(`\nOMLA-ID: ${sidecar.wallet}\n`);
    expect(await runOmla(["verify", "omla.json", "model.safetensors"], { folder })).toMatchObject({
      code: 0,
      out: expect.stringContaining("signed") as string,
    });
  });

  it("keeps the id of a folder's model", async () => {
    const registry = await createTestRegistry();
    const folder = await initialised(registry);
    const before = readFileSync(join(folder, "omla.json"), "utf8");
    expect(await runOmla(["init", "model.safetensors"], { folder, registry })).toMatchObject({
      code: 2,
      err: expect.stringContaining("omla.json is here already") as string,
    });
    expect(readFileSync(join(folder, "omla.json"), "utf8")).toBe(before);
  });

  it("writes nothing where the card cannot be read", async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, "w.bin"), "w");
    writeFileSync(join(folder, "README.md"), "---\nlicense: [open\n---\n");
    await runOmla(["keygen"], { folder });
    const ran = await runOmla(["init", "w.bin", "--registry", "https://registry.test", "--json"], { folder });
    expect(json(ran).error.code).toBe("CARD_YAML");
    expect(existsSync(join(folder, "omla.json"))).toBe(false);
  });
});

describe("omla register", () => {
  it("registers a draft once, and again it is the same registration", async () => {
    const registry = await createTestRegistry();
    const folder = await initialised(registry);
    const first = await runOmla(["register", "--json"], { folder, registry });
    expect(first.code).toBe(0);
    registry.clock.advance({ hours: 1 });
    const again = await runOmla(["register", "--json"], { folder, registry });
    expect(json(again).registered).toEqual(json(first).registered);
    const { address, model_id } = json(first).registered;
    expect(read(folder, "omla.json")).toMatchObject({ wallet: address, model_id });
    expect(json(await runOmla(["verify", "omla.json", "model.safetensors", "--json"], { folder, registry }))).toMatchObject({
      verdict: "verified",
      state: "REGISTERED",
    });
    expect((await runOmla(["splits", String(address)], { folder, registry })).out).toMatch(
      new RegExp(`^wallet +rail +percent\n${address} +other +100\n$`),
    );
  });

  it("plans without signing or sending", async () => {
    const registry = await createTestRegistry();
    const folder = await initialised(registry);
    const parent = await registry.addModel({ name: "Parent" });
    edit(folder, { lineage: [{ parent_id: parent.model_id, relationship: "fine-tune", contribution_weight: 0.4 }] });
    const ran = await runOmla(["register", "--plan", "--json"], { folder, registry });
    expect(ran.code).toBe(0);
    expect(json(ran).plan).toMatchObject({
      ok: true,
      parents: [{ parent_id: parent.model_id, registered: true, percentage: "40" }],
      local: { percentage: "60" },
    });
    expect(existsSync(join(folder, "omla-registration.signed.json"))).toBe(false);
    expect(json(await runOmla(["verify", "omla.json", "--json"], { folder, registry })).verdict).toBe("unregistered");
  });

  it.each([
    [
      "weights above 1",
      {
        lineage: [
          { parent_ref: "a", relationship: "merge", contribution_weight: "0.7" },
          { parent_ref: "b", relationship: "merge", contribution_weight: "0.4" },
        ],
      },
      "WEIGHT_SUM",
    ],
    [
      "a parent that it is itself",
      (id: string) => ({ lineage: [{ parent_id: id, relationship: "merge", contribution_weight: "0.1" }] }),
      "PARENT_SELF",
    ],
    ["splits that do not sum to 100", { contribution_splits: [] as unknown[] }, undefined],
  ])("refuses a draft with %s before the key signs it", async (_, change, code) => {
    const registry = await createTestRegistry();
    const folder = await initialised(registry);
    const { model_id, wallet } = read(folder, "omla-registration.json");
    edit(folder, typeof change === "function" ? change(String(model_id)) : change);
    if (code === undefined) edit(folder, { contribution_splits: [{ recipient: "me", wallet: wallet.address, percentage: "99" }] });
    const ran = await runOmla(["register", "--json"], { folder, registry });
    expect(ran.code).toBe(1);
    expect(json(ran).plan.faults[0].code).toBe(code ?? "SPLIT_SUM");
    expect(existsSync(join(folder, "omla-registration.signed.json"))).toBe(false);
  });

  it("sends the same document again when the answer got lost", async () => {
    const registry = await createTestRegistry();
    const folder = await initialised(registry);
    // The registry takes it, then the network goes.
    let cut = true;
    const lossy = {
      ...registry,
      fetch: async (request: Request) => {
        const answer = await registry.fetch(request);
        if (!cut || !request.url.endsWith("/register-model")) return answer;
        throw new TypeError("fetch failed");
      },
    };
    expect(json(await runOmla(["register", "--json"], { folder, registry: lossy })).error.code).toBe("NETWORK_UNREACHABLE");
    cut = false;
    registry.clock.advance({ days: 1 });
    expect(await runOmla(["register"], { folder, registry: lossy })).toMatchObject({ code: 0 });
  }, 20_000);

  it("keeps private data beside the document, in a file that only its owner reads", async () => {
    const registry = await createTestRegistry();
    const folder = await initialised(registry);
    edit(folder, { private: { rail_identifier: "acct_123", contact_email: "me@example.com" } });
    expect((await runOmla(["register"], { folder, registry })).code).toBe(0);
    const signed = read(folder, "omla-registration.signed.json");
    expect(JSON.stringify(signed.document)).not.toContain("acct_123");
    expect(signed.private).toMatchObject({ rail_identifier: "acct_123" });
    expect(statSync(join(folder, "omla-registration.signed.json")).mode & 0o777).toBe(0o600);
  });

  it("registers a batch, and one that fails does not stop the others", async () => {
    const registry = await createTestRegistry();
    const folder = emptyFolder();
    await runOmla(["keygen"], { folder });
    for (const name of ["a", "b", "c"]) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, "w.bin"), name === "b" ? "the same" : name === "c" ? "the same" : name);
      await runOmla(["init", "w.bin", "--no-card", "--key", "../omla.key"], { folder: join(folder, name), registry });
    }
    const ran = await runOmla(["register", "a/omla-registration.json", "b/omla-registration.json", "c/omla-registration.json", "--json"], {
      folder,
      registry,
    });
    expect(ran.code).toBe(1);
    expect(items(json(ran)).map((result) => result.error?.code ?? "registered")).toEqual(["registered", "registered", "HASH_TAKEN"]);
  });

  it("does not sign for a registry that calls itself otherwise", async () => {
    const registry = await createTestRegistry();
    const folder = await initialised(registry);
    const other = {
      ...registry,
      fetch: async (request: Request) => registry.fetch(new Request(request.url.replace("alias", "registry"), request)),
    };
    const ran = await runOmla(["register", "--registry", "https://alias.test", "--json"], { folder, registry: other });
    expect(json(ran).error.code).toBe("REGISTRY_NAME");
  });
});

describe("omla verify", () => {
  it("tells a changed file, other weights and another key apart", async () => {
    const registry = await createTestRegistry();
    const folder = await initialised(registry);
    await runOmla(["register"], { folder, registry });
    const sidecar = read(folder, "omla.json");
    writeFileSync(join(folder, "changed.json"), JSON.stringify({ ...sidecar, name: "Another" }));
    expect(json(await runOmla(["verify", "changed.json", "--json"], { folder })).error.code).toBe("SIGNATURE_INVALID");
    writeFileSync(join(folder, "other.bin"), "other");
    expect(json(await runOmla(["verify", "omla.json", "other.bin", "--json"], { folder, registry }))).toMatchObject({
      verdict: "other-weights",
    });
    // Somebody else signs a file that names this model.
    const { signDocument, generateKeyPair } = await import("@omla/sdk/protocol");
    const thief = await generateKeyPair();
    const { signature: _, ...body } = sidecar;
    writeFileSync(
      join(folder, "stolen.json"),
      JSON.stringify(await signDocument("sidecar", { ...body, pubkey: thief.publicKey }, thief.secretKey)),
    );
    const stolen = await runOmla(["verify", "stolen.json", "--json"], { folder, registry });
    expect(stolen.code).toBe(1);
    expect(json(stolen)).toMatchObject({ verdict: "mismatch", faults: ["omla.json names another key than the registry"] });
  });

  it("shows a stranger's name without letting it move the cursor", async () => {
    const registry = await createTestRegistry();
    const folder = emptyFolder();
    writeFileSync(join(folder, "w.bin"), "w");
    await runOmla(["keygen"], { folder });
    await runOmla(["init", "w.bin", "--no-card", "--name", "evil\u202ename"], { folder, registry });
    const { out } = await runOmla(["verify", "omla.json"], { folder });
    expect(out).toContain("evil\ufffdname");
  });
});
