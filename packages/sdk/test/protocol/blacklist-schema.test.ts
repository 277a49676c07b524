import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { enforcementOf, readBlacklist, reasonOf } from "../../src/protocol/blacklist-schema.ts";
import type { JsonObject, JsonValue } from "../../src/protocol/canonical-json.ts";
import { COMPANY_ENTRY, content, MODEL_ENTRY } from "./signed-files.ts";

function list(changes: Record<string, unknown> = {}, entry: Record<string, unknown> = {}): JsonObject {
  const { critical = [], ...rest } = content();
  const entries = [{ ...MODEL_ENTRY, ...entry }, COMPANY_ENTRY];
  const signature = "A".repeat(86) + "==";
  const signatures = [{ key_id: "ed25519:0000000000000000", sig: signature }];
  const whole = { ...rest, spec: "omla-blacklist/1", critical, entry_count: 2, entries, signature, signatures, ...changes };
  return JSON.parse(JSON.stringify(whole)) as JsonObject;
}

const refusal = (code: string, path: string): unknown => expect.objectContaining({ code, path });

describe("the fields of a list", () => {
  it("are taken as they are", () => {
    expect(readBlacklist(list())).toEqual(list());
  });

  it("are all needed", () => {
    for (const name of Object.keys(list())) {
      expect(() => readBlacklist(list({ [name]: undefined }))).toThrow(refusal("LIST_SCHEMA", name));
    }
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["another spec", { spec: "omla-blacklist/2" }, "spec"],
    ["number zero", { sequence: 0 }, "sequence"],
    ["a number as a text", { sequence: "1" }, "sequence"],
    ["a fifth quarter", { quarter: "2026-Q5" }, "quarter"],
    ["a day that is not in the calendar", { expires_at: "2027-02-29T00:00:00Z" }, "expires_at"],
    ["an offset in a time", { next_update: "2026-10-08T00:00:00+00:00" }, "next_update"],
    ["an update at the moment it was made", { next_update: "2026-10-01T00:00:00Z" }, "next_update"],
    ["an expiry before the update", { expires_at: "2026-10-07T23:59:59Z" }, "expires_at"],
    // 1 October + 120 days = 29 January.
    ["a life of 120 days and a second", { expires_at: "2027-01-29T00:00:01Z" }, "expires_at"],
    ["a previous hash in the first list", { prev_sha256: "1".repeat(64) }, "prev_sha256"],
    ["a previous hash in upper case", { sequence: 2, prev_sha256: "A".repeat(64) }, "prev_sha256"],
    ["a keyset below 0", { keyset_version: -1 }, "keyset_version"],
    ["a critical name that is a number", { critical: ["spec", 1] }, "critical[1]"],
    ["a wrong count", { entry_count: 1 }, "entry_count"],
    ["entries that are an object", { entries: {}, entry_count: 0 }, "entries"],
    ["an entry that is a text", { entries: [MODEL_ENTRY, "x"] }, "entries[1]"],
    ["a signature that is null", { signature: null }, "signature"],
    ["no signature beside a real one", { signatures: [] }, "signatures"],
    ["a signature beside the placeholder", { signature: "UNSIGNED_PLACEHOLDER" }, "signatures"],
    ["a signature without its key id", { signatures: [{ sig: "x" }] }, "signatures[0].key_id"],
    ["a signature that is a text", { signatures: ["x"] }, "signatures[0]"],
    ["a reserved name", { signature_hint: "x" }, "signature_hint"],
    ["another type's signature", { registration_signature: "x" }, "registration_signature"],
  ])("are refused with %s", (_name, changes, path) => {
    expect(() => readBlacklist(list(changes))).toThrow(refusal("LIST_SCHEMA", path));
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["no kind", { kind: undefined }, "entries[0].kind"],
    ["an id that is no UUID", { id: "C-1" }, "entries[0].id"],
    ["an id in upper case", { id: MODEL_ENTRY.id.toUpperCase() }, "entries[0].id"],
    ["no reason", { reason: undefined }, "entries[0].reason"],
    ["a date for a time", { since: "2026-07-01" }, "entries[0].since"],
    ["no enforcement", { enforce: undefined }, "entries[0].enforce"],
    ["a case that is a number", { case: 41 }, "entries[0].case"],
    ["an address whose checksum does not hold", { address: "omla18u4cc8jaff8khxnsrsknun66dv5n87l8" }, "entries[0].address"],
    ["an address in upper case", { address: MODEL_ENTRY.address?.toUpperCase() }, "entries[0].address"],
    ["a hash in upper case", { sha256: ["a".repeat(64), "A".repeat(64)] }, "entries[0].sha256[1]"],
    ["a hash that is not in a list", { sha256: "a".repeat(64) }, "entries[0].sha256"],
    ["a domain that is null", { domains: [null] }, "entries[0].domains[0]"],
    ["the id of another entry of its kind", { kind: COMPANY_ENTRY.kind, id: COMPANY_ENTRY.id }, "entries[1].id"],
  ])("are refused with an entry of %s", (_name, entry, path) => {
    expect(() => readBlacklist(list({}, entry))).toThrow(refusal("LIST_SCHEMA", path));
  });

  it("may have the same id in two kinds", () => {
    expect(readBlacklist(list({}, { id: COMPANY_ENTRY.id })).entries).toHaveLength(2);
  });

  it("of an entry of a kind to come are not looked at, apart from kind and id", () => {
    const entry = { kind: "dataset", id: "no uuid", sha256: 1, reason: undefined, since: "soon" };
    expect(readBlacklist(list({}, entry)).entries).toHaveLength(2);
    expect(() => readBlacklist(list({}, { ...entry, id: 1 }))).toThrow(refusal("LIST_SCHEMA", "entries[0].id"));
  });

  it("may be critical only where they are known, and the schema goes first", () => {
    expect(readBlacklist(list({ critical: Object.keys(list()) })).critical).toHaveLength(13);
    for (const name of ["domains", "toString", ""]) {
      expect(() => readBlacklist(list({ critical: ["spec", name] }))).toThrow(refusal("LIST_CRITICAL", "critical[1]"));
    }
    expect(() => readBlacklist(list({ critical: ["quantum"], entry_count: 7 }))).toThrow(refusal("LIST_SCHEMA", "entry_count"));
  });

  it("refuse any value in any place with a typed error, never a crash", () => {
    const names = Object.keys(list());
    const place = fc.tuple(fc.constantFrom(...names, ...Object.keys(MODEL_ENTRY)), fc.jsonValue({ noUnicodeString: false }));
    const isTyped = fc.property(place, ([name, value]) => {
      const given = names.includes(name) ? list({ [name]: value }) : list({}, { [name]: value });
      try {
        readBlacklist(given as JsonValue);
      } catch (error) {
        expect(error).toMatchObject({ name: "OmlaError", code: expect.stringMatching(/^LIST_(SCHEMA|CRITICAL)$/) });
      }
    });
    fc.assert(isTyped);
  });
});

describe("words of a later version", () => {
  it("read as OTHER and warn", () => {
    const entry = { reason: "NEW_REASON", enforce: "throttle" } as unknown as typeof MODEL_ENTRY;
    expect([reasonOf(entry), enforcementOf(entry)]).toEqual(["OTHER", "warn"]);
    expect([reasonOf(MODEL_ENTRY), enforcementOf(MODEL_ENTRY)]).toEqual(["DELINQUENT_90D", "deny"]);
  });
});
