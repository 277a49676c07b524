import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  checkSidecar,
  generateKeyPair,
  type Sidecar,
  type SidecarContext,
  type SidecarRecord,
  signDocument,
  standsAt,
} from "../../src/protocol/index.ts";

const KEYS = await generateKeyPair((length) => new Uint8Array(length).fill(7));
const STRANGER = await generateKeyPair((length) => new Uint8Array(length).fill(8));
const MODEL_ID = "3f2b8c1e-5d4a-4f6b-9a70-1c2d3e4f5a6b";
const WALLET = "omla18u4cc8jaff8khxnsrsknun66dv5n87l9";
const HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const REPOSITORY = "https://huggingface.co/owner/repo";

const DOCUMENT: Sidecar = {
  spec: "omla-sidecar/1",
  model_id: MODEL_ID,
  name: "Example",
  pubkey: KEYS.publicKey,
  wallet: WALLET,
  license_version: "v8-10-2025",
  sha256: [HASH],
  registry: "https://registry.example",
  locations: [REPOSITORY],
  issued_at: "2026-07-01T00:00:00Z",
};
const RECORD: SidecarRecord = { registered: true, model_id: MODEL_ID, address: WALLET, ed25519_pubkey: KEYS.publicKey };
const ASKED: SidecarContext = { record: RECORD, location: REPOSITORY, sha256: [HASH] };
let text: string;
beforeAll(async () => {
  text = JSON.stringify(await signed());
});

async function signed(changes: Partial<Sidecar> = {}, secretKey = KEYS.secretKey): Promise<Sidecar & { signature: string }> {
  return signDocument("sidecar", { ...DOCUMENT, ...changes }, secretKey);
}

async function codes(source: string | object, context: SidecarContext = ASKED): Promise<[string, ...string[]]> {
  const { verdict, faults } = await checkSidecar(source, context);
  return [verdict, ...faults.map(({ code }) => code)];
}

describe("a sidecar", () => {
  it("is verified where every check holds", async () => {
    const verdict = await checkSidecar(text, ASKED);
    expect(verdict).toMatchObject({
      verdict: "verified",
      faults: [],
      sidecar: { model_id: MODEL_ID },
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(new Set(Object.values(verdict.checks))).toEqual(new Set(["holds"]));
  });

  it("is verified in either case of its wallet, and without questions of place and weights", async () => {
    expect(await codes(await signed({ wallet: WALLET.toUpperCase() }), { record: RECORD })).toEqual(["verified"]);
    expect(await codes(text, { record: { ...RECORD, address: WALLET.toUpperCase() } })).toEqual(["verified"]);
    const { checks } = await checkSidecar(text, { record: RECORD });
    expect([checks.location, checks.weights]).toEqual(["open", "open"]);
  });

  it("is never verified by a registry that only it names", async () => {
    expect(await codes(text, {})).toEqual(["unproven", "SIDECAR_REGISTRY"]);
  });

  it("is unproven where the trusted registry does not know it", async () => {
    expect(await codes(text, { record: null })).toEqual(["unproven", "SIDECAR_UNREGISTERED"]);
    expect(await codes(text, { record: { registered: false } })).toEqual(["unproven", "SIDECAR_UNREGISTERED"]);
  });

  it("is unproven without a signature, and where it does not say where it may stand", async () => {
    const { signature, ...unsigned } = await signed();
    expect(signature).toHaveLength(88);
    expect(await codes(unsigned)).toEqual(["unproven", "SIDECAR_UNSIGNED"]);
    expect(await codes(JSON.stringify(unsigned))).toEqual(["unproven", "SIDECAR_UNSIGNED"]);
    expect(await codes(await signed({ locations: [] }))).toEqual(["unproven", "SIDECAR_LOCATIONS"]);
  });

  it.each<[string, SidecarContext, string, string]>([
    ["another model", { record: { ...RECORD, model_id: MODEL_ID.replace("3f", "4f") } }, "SIDECAR_MODEL", "model_id"],
    ["another key", { record: { ...RECORD, ed25519_pubkey: STRANGER.publicKey } }, "SIDECAR_KEY", "pubkey"],
    ["no key", { record: { ...RECORD, ed25519_pubkey: null } }, "SIDECAR_KEY", "pubkey"],
    ["another wallet", { record: { ...RECORD, address: "omla1wescua72zs89uq7q9mdycpd92sdys9zw" } }, "SIDECAR_WALLET", "wallet"],
    ["no wallet", { record: { ...RECORD, address: null } }, "SIDECAR_WALLET", "wallet"],
    ["another repository", { location: "https://huggingface.co/thief/repo" }, "SIDECAR_LOCATION", "locations"],
    ["other weights", { sha256: [HASH, HASH.replace("e", "f")] }, "SIDECAR_WEIGHTS", "sha256"],
  ])("is refuted by %s", async (_name, change, code, path) => {
    const verdict = await checkSidecar(text, { ...ASKED, ...change });
    expect(verdict).toMatchObject({ verdict: "refuted", faults: [{ code, path, hint: expect.any(String) }] });
    expect(Object.values(verdict.checks).filter((result) => result === "fails")).toHaveLength(1);
  });

  it("names every contradiction at once, in the order of the checks", async () => {
    const everything: SidecarContext = { record: { registered: true }, location: "https://elsewhere.example", sha256: ["0"] };
    const all = ["SIDECAR_MODEL", "SIDECAR_KEY", "SIDECAR_WALLET", "SIDECAR_LOCATION", "SIDECAR_WEIGHTS"];
    expect(await codes(text, everything)).toEqual(["refuted", ...all]);
  });

  it("is refuted by one changed character anywhere in what is signed, and by a stranger's signature", async () => {
    const changed = text.replace('"Example"', '"Examplf"');
    expect(await codes(changed)).toEqual(["refuted", "SIGNATURE_INVALID"]);
    expect(await codes(await signed({}, STRANGER.secretKey))).toEqual(["refuted", "SIGNATURE_INVALID"]);
    expect((await checkSidecar(changed, ASKED)).checks).toMatchObject({ signature: "fails", key: "open", location: "open" });
  });

  it.each<[string, (text: string) => string | object, string]>([
    ["no JSON", (given) => given.slice(1), "CANONICAL_JSON"],
    ["a name that stands twice", (given) => given.replace("{", '{"name":"x",'), "CANONICAL_JSON"],
    ["a list", () => "[]", "CANONICAL_JSON"],
    ["nothing at all", () => null as unknown as object, "CANONICAL_JSON"],
    ["a key that is none", (given) => given.replace(KEYS.publicKey, "x"), "KEY_INVALID"],
    ["a reserved member", (given) => given.replace("{", '{"signature_x":"",'), "SIGNATURE_MEMBER"],
    ["more than 128 KiB", (given) => given + " ".repeat(131_072), "LIMIT_EXCEEDED"],
  ])("is refuted as a document with %s", async (_name, change, code) => {
    const verdict = await checkSidecar(change(text), ASKED);
    expect(verdict).toMatchObject({ verdict: "refuted", sidecar: null, digest: null, checks: { document: "fails" }, faults: [{ code }] });
  });

  it("is refuted where it is signed but does not follow its schema", async () => {
    const verdict = await checkSidecar(await signed({ issued_at: "yesterday" }), ASKED);
    expect(verdict).toMatchObject({ verdict: "refuted", sidecar: null, faults: [{ code: "DOCUMENT_SCHEMA", path: "issued_at" }] });
  });

  it("never throws and is never verified after a change, whatever it is", async () => {
    const change = fc.record({ at: fc.nat({ max: 600 }), with: fc.string({ maxLength: 3 }), remove: fc.nat({ max: 3 }) });
    const holds = fc.asyncProperty(change, async ({ at, with: inserted, remove }) => {
      const mutated = text.slice(0, at) + inserted + text.slice(at + remove);
      const isSame = isSameJson(mutated, text);
      expect((await checkSidecar(mutated, ASKED)).verdict === "verified").toBe(isSame);
    });
    await fc.assert(holds, { numRuns: 300 });
    const anything = fc.asyncProperty(fc.anything(), async (source) => {
      expect((await checkSidecar(source as object, ASKED)).verdict).not.toBe("verified");
    });
    await fc.assert(anything);
  });
});

/** Space between tokens and the order of members are not signed. */
function isSameJson(a: string, b: string): boolean {
  try {
    return (
      JSON.stringify(Object.entries(JSON.parse(a) as object).sort()) === JSON.stringify(Object.entries(JSON.parse(b) as object).sort())
    );
  } catch {
    return false;
  }
}

describe("the place where a sidecar stands", () => {
  it.each([
    "https://huggingface.co/owner/repo",
    "https://huggingface.co/owner/repo/",
    "https://huggingface.co/owner/repo/tree/main?x=1#files",
    "https://huggingface.co/owner/repo?library=x",
    "HTTPS://HuggingFace.co:443/owner/repo/resolve/main/omla.json",
  ])("is at or below %s", (page) => {
    expect(standsAt(["https://example.com/other", REPOSITORY], page)).toBe(true);
  });

  it.each([
    "https://huggingface.co/owner/repo2",
    "https://huggingface.co/owner",
    "https://huggingface.co/Owner/repo",
    "https://huggingface.co/thief?u=/owner/repo",
    "https://huggingface.co/thief/#/owner/repo",
    "http://huggingface.co/owner/repo",
    "https://huggingface.co:8443/owner/repo",
    "https://huggingface.co.evil.example/owner/repo",
    "https://huggingface.co@evil.example/owner/repo",
    "https://evil.example/https://huggingface.co/owner/repo",
    "https://huggingface.co/owner/repo/../../thief/repo",
    "https://huggingface.co/owner/repo/%2E%2e/thief",
    "https://huggingface.co\\owner/repo",
    "https://huggingface.co/owner/repo\\..\\thief",
    " https://huggingface.co/owner/repo",
    "//huggingface.co/owner/repo",
    "javascript:https://huggingface.co/owner/repo",
    "",
  ])("is not %j", (page) => {
    expect(standsAt([REPOSITORY], page)).toBe(false);
  });

  it("is a whole site where that is declared, and nowhere where the declaration is no address", () => {
    expect(standsAt(["https://models.example"], "https://models.example/a/b")).toBe(true);
    expect(standsAt(["https://models.example/"], "https://models.example")).toBe(true);
    expect(standsAt(["", "models.example", "https://"], "https://models.example/a")).toBe(false);
    expect(standsAt([], "https://models.example/a")).toBe(false);
  });
});
