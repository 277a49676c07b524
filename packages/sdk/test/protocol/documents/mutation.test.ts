import { describe, expect, it } from "vitest";
import { encodeAddress } from "../../../src/protocol/address.ts";
import { buildMutation, type Change, CHANGE_KINDS, readMutation } from "../../../src/protocol/documents/mutation.ts";

const MODEL_ID = "3f2b8c1e-5d4a-4f6b-9a70-1c2d3e4f5a6b";
const WALLET = encodeAddress(new Uint8Array(16).fill(1));
const HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const head = { issued_at: "2026-07-01T12:00:00Z", registry: "https://registry.example", model_id: MODEL_ID, nonce: 1 };

const CHANGES: Record<Change["kind"], Change> = {
  "wallet-rail": { kind: "wallet-rail", address: WALLET, rail: "lightning", private_sha256: HASH },
  splits: { kind: "splits", contribution_splits: [{ recipient: "Alice", wallet: WALLET, percentage: "100" }] },
  lineage: { kind: "lineage", lineage: [{ parent_ref: "a base model", relationship: "quantize", contribution_weight: "0.1" }] },
  "currency-prefs": { kind: "currency-prefs", creator_currency_prefs: [{ code: "BTC", is_backup: true }] },
  "hoster-share": { kind: "hoster-share", hoster_share_pct: "50" },
  metadata: { kind: "metadata", metadata: { "training.data": ["a", 1], homepage: null } },
  locations: { kind: "locations", locations: ["https://huggingface.co/owner/repo"] },
  files: { kind: "files", files: [{ path: "model.safetensors", sha256: HASH, size: 7_000_000_000 }] },
  deactivate: { kind: "deactivate", reason: "superseded by v2" },
};

const mutation = (change: unknown, more: object = {}): object => ({ spec: "omla-mutation/1", ...head, ...more, change });
const fault = (code: string, path: string): unknown => expect.objectContaining({ code, path });

describe("a mutation", () => {
  it("knows nine kinds of change", () => {
    expect([...CHANGE_KINDS].sort()).toEqual(Object.keys(CHANGES).sort());
  });

  it.each(Object.values(CHANGES))("of kind $kind is built and read", (change) => {
    expect(buildMutation({ ...head, change })).toEqual(mutation(change));
  });

  it("lifts numbers inside its change", () => {
    const built = buildMutation({ ...head, change: { kind: "hoster-share", hoster_share_pct: 12.5 } });
    expect(built.change).toEqual({ kind: "hoster-share", hoster_share_pct: "12.5" });
  });

  it.each<[string, unknown, string, string]>([
    ["no change", undefined, "DOCUMENT_SCHEMA", "change"],
    ["an unknown kind", { kind: "rename" }, "DOCUMENT_SCHEMA", "change.kind"],
    ["a kind named like a method", { kind: "toString" }, "DOCUMENT_SCHEMA", "change.kind"],
    ["the values of another kind", { ...CHANGES.splits, kind: "lineage" }, "DOCUMENT_SCHEMA", "change.lineage"],
    ["the account in the public part", { ...CHANGES["wallet-rail"], rail_identifier: "x" }, "DOCUMENT_SCHEMA", "change.rail_identifier"],
    [
      "99 percent",
      { kind: "splits", contribution_splits: [{ recipient: "A", wallet: WALLET, percentage: "99" }] },
      "SPLIT_SUM",
      "change.contribution_splits",
    ],
    [
      "the model as its own parent",
      { kind: "lineage", lineage: [{ parent_wallet: encodeAddress(MODEL_ID), relationship: "merge", contribution_weight: "0" }] },
      "PARENT_SELF",
      "change.lineage[0].parent_wallet",
    ],
    ["no preference at all", { kind: "currency-prefs", creator_currency_prefs: [] }, "DOCUMENT_SCHEMA", "change.creator_currency_prefs"],
    ["a share above 50", { kind: "hoster-share", hoster_share_pct: "51" }, "HOSTER_SHARE_RANGE", "change.hoster_share_pct"],
    ["a metadata name in upper case", { kind: "metadata", metadata: { Name: 1 } }, "DOCUMENT_SCHEMA", "change.metadata"],
    [
      "65 metadata names",
      { kind: "metadata", metadata: Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`n${index}`, 1])) },
      "DOCUMENT_SCHEMA",
      "change.metadata",
    ],
  ])("refuses %s", (_, change, code, path) => {
    expect(() => readMutation(mutation(change))).toThrow(fault(code, path));
  });

  it.each([0, -1, 0.5, "1", 2 ** 53, undefined])("refuses %s as nonce", (nonce) => {
    expect(() => readMutation(mutation(CHANGES.deactivate, { nonce }))).toThrow(fault("DOCUMENT_SCHEMA", "nonce"));
  });
});
