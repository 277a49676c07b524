import { randomBytes, randomUUID } from "node:crypto";
import fc from "fast-check";
import type { BlacklistEntry } from "@omla/sdk/protocol";
import { encodeAddress } from "@omla/sdk/protocol";
import { describe, expect, it } from "vitest";
import type { Subject } from "../src/index-of-entries.ts";
import { indexOf } from "./index-of.ts";
import { COMPANY, MODEL } from "./publisher.ts";

const uuid = fc.uuid({ version: 4 });
const sha256 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString("hex"));
const entry = fc.record({
  id: uuid,
  sha256: fc.array(sha256, { maxLength: 3 }),
  isModel: fc.boolean(),
  payload: fc.uint8Array({ minLength: 16, maxLength: 18 }),
});

function entryOf({
  id,
  sha256: hashes,
  isModel,
  payload,
}: {
  id: string;
  sha256: string[];
  isModel: boolean;
  payload: Uint8Array;
}): BlacklistEntry {
  const base = { id, reason: "OTHER", since: "2026-07-01T00:00:00Z", enforce: "deny", case: id } as const;
  return isModel ? { ...base, kind: "model", sha256: hashes, address: encodeAddress(payload) } : { ...base, kind: "commercial_user" };
}

describe("the index", () => {
  it("finds exactly what a plain search through the entries finds", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 60 }), fc.array(entry, { maxLength: 10 }), async (listed, others) => {
        const entries = listed.map(entryOf);
        const index = await indexOf(entries);
        for (const one of [...entries, ...others.map(entryOf)]) {
          const subject: Subject = { model_id: one.id, commercial_user_id: one.id, sha256: one.sha256?.[0], address: one.address };
          const expected = entries.filter(
            (held) =>
              held.id === one.id ||
              (one.sha256?.[0] !== undefined && held.sha256?.includes(one.sha256[0])) ||
              (one.address !== undefined && held.address === one.address),
          );
          expect(
            index
              .find(subject)
              .map((match) => match.case)
              .sort(),
          ).toEqual(expected.map((held) => held.case).sort());
        }
      }),
      { numRuns: 200 },
    );
  });

  it("finds nothing under a key that differs in one character", async () => {
    const index = await indexOf([MODEL]);
    const hash = MODEL.sha256?.[0] ?? "";
    for (let at = 0; at < hash.length; at += 1) {
      const other = hash.slice(0, at) + (hash[at] === "0" ? "1" : "0") + hash.slice(at + 1);
      expect(index.find({ sha256: other })).toEqual([]);
    }
    const address = MODEL.address ?? "";
    for (let at = 5; at < address.length; at += 1) {
      const other = address.slice(0, at) + (address[at] === "q" ? "p" : "q") + address.slice(at + 1);
      expect(index.find({ address: other })).toEqual([]);
    }
  });

  it("does not take a digit of another script or a near-miss of the form for a key", async () => {
    const index = await indexOf([MODEL, COMPANY]);
    for (const id of [`${MODEL.id} `, MODEL.id.replace("-", "_"), MODEL.id.replace("1", "１"), MODEL.id.slice(1), `{${MODEL.id}}`, ""]) {
      expect(index.find({ model_id: id })).toEqual([]);
    }
  });

  it("finds every key of lists of any length, in either case, and no key that only ends like one", async () => {
    for (const length of [0, 1, 2, 3, 4, 5, 8, 9, 33, 3_000]) {
      const entries = Array.from({ length }, () => {
        const id = randomUUID();
        return { ...MODEL, id, address: encodeAddress(id), sha256: [randomBytes(32).toString("hex")], case: id };
      });
      const index = await indexOf(entries);
      for (const { id, sha256: [hash = ""] = [] } of entries) {
        expect(index.find({ model_id: id.toUpperCase() }).map((match) => match.case)).toEqual([id]);
        expect(index.find({ sha256: hash.toUpperCase() }).map((match) => match.case)).toEqual([id]);
        expect(index.find({ model_id: `00000000${id.slice(8)}`, sha256: `00000000${hash.slice(8)}` })).toEqual([]);
      }
      expect(index.find({ model_id: randomUUID(), sha256: "0".repeat(64) })).toEqual([]);
    }
  });

  it("shows since when an entry is listed, in any year that a list can name", async () => {
    const times = [
      "0000-01-01T00:00:00Z",
      "1969-12-31T23:59:59Z",
      "1970-01-01T00:00:00Z",
      "2106-02-07T06:28:15Z",
      "2106-02-07T06:28:16Z",
      "9999-12-31T23:59:59Z",
    ];
    const index = await indexOf(times.map((since, at) => ({ ...MODEL, id: `${MODEL.id.slice(0, -1)}${at}`, since })));
    const shown = times.flatMap((_, at) => index.find({ model_id: `${MODEL.id.slice(0, -1)}${at}` }));
    expect(shown.map((match) => match.since)).toEqual(times);
  });

  it("finds a location however deep it lies and however its URL is written", async () => {
    const deep = "https://files.example/a/b/c/d/e/f/g/h/i/weights-7b";
    const index = await indexOf([{ ...MODEL, locations: [deep] }]);
    const path = "a/b/c/d/e/f/g/h/i/weights-7b";
    for (const location of [
      deep,
      `${deep}/part-1?download=true`,
      `http://files.example:80/${path}/`,
      `https://user:secret@FILES.example.:443/${path}`,
      `files.example//${path}`,
      `https://files.example/x/../${path.replace("-", "%2D")}`,
    ]) {
      expect(index.find({ location }), location).toHaveLength(1);
      expect(index.find({ model: location }), location).toHaveLength(1);
    }
    for (const location of [deep.slice(0, -1), "https://files.example/a", "https://other.example/?files.example", "%", "/".repeat(2_048)])
      expect(index.find({ location, model: location }), location).toEqual([]);
  });

  it("takes a domain in the letters of its language and in ASCII for the same one", async () => {
    for (const domain of ["bücher.example", "xn--bcher-kva.example", "BÜCHER.example."]) {
      const index = await indexOf([{ ...COMPANY, domains: [domain] }]);
      for (const asked of ["api.bücher.example", "XN--BCHER-KVA.example", "bu\u0308cher.example"])
        expect(index.find({ domain: asked }), `${domain} ${asked}`).toHaveLength(1);
      expect(index.find({ domain: "bucher.example" })).toEqual([]);
    }
  });

  it("answers both entries of two models with one weight hash", async () => {
    const twin = { ...MODEL, id: "2b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed", case: "C-2" };
    expect((await indexOf([MODEL, twin])).find({ sha256: MODEL.sha256?.[0] }).map((match) => match.case)).toEqual(["C-2026-0041", "C-2"]);
  });

  it("leaves entries of an unknown kind alone, and reads an unknown enforcement as a warning and an unknown reason as OTHER", async () => {
    const strange = { ...MODEL, enforce: "destroy", reason: "NEW_RULE" } as unknown as BlacklistEntry;
    expect((await indexOf([strange])).find({ model_id: MODEL.id })).toMatchObject([{ enforce: "warn", reason: "OTHER" }]);
    const dataset = { ...MODEL, kind: "dataset" } as unknown as BlacklistEntry;
    expect((await indexOf([dataset])).find({ model_id: MODEL.id, sha256: MODEL.sha256?.[0] })).toEqual([]);
  });
});
