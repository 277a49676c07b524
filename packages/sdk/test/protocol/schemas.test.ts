import fc from "fast-check";
import * as z from "zod";
import { describe, expect, it } from "vitest";
import { readBlacklist } from "../../src/protocol/blacklist-schema.ts";
import { readBatch } from "../../src/protocol/documents/batch.ts";
import { readHosterClaim, readHosterReport, readHosterVerification } from "../../src/protocol/documents/hoster.ts";
import { readKeyChallenge, readKeyRotation } from "../../src/protocol/documents/key-rotation.ts";
import { readMutation } from "../../src/protocol/documents/mutation.ts";
import { readPrivatePart } from "../../src/protocol/documents/private-part.ts";
import { readRecoveryProof } from "../../src/protocol/documents/recovery-proof.ts";
import { readRegistration } from "../../src/protocol/documents/registration.ts";
import { readSidecar } from "../../src/protocol/documents/sidecar.ts";
import { readSignIn } from "../../src/protocol/documents/sign-in.ts";
import { readStatement } from "../../src/protocol/documents/statement.ts";
import { OmlaError } from "../../src/protocol/errors.ts";
import { readHeartbeat } from "../../src/protocol/heartbeat.ts";
import { keyId } from "../../src/protocol/keys.ts";
import { readKeyset } from "../../src/protocol/keyset.ts";
import * as schemas from "../../src/protocol/schemas/index.ts";
import type { JsonValue } from "../../src/protocol/strict-subset.ts";
import { address, edited, hash, KEYS, line, placesOf, SAMPLES, signature, STRANGE, time } from "./document-samples.ts";

const DOCUMENTS: Record<keyof typeof SAMPLES, [(value: unknown) => unknown, z.ZodType]> = {
  registration: [readRegistration, schemas.registrationSchema],
  mutation: [readMutation, schemas.mutationSchema],
  "key-rotation": [readKeyRotation, schemas.keyRotationSchema],
  "key-challenge": [readKeyChallenge, schemas.keyChallengeSchema],
  "hoster-claim": [readHosterClaim, schemas.hosterClaimSchema],
  "hoster-verification": [readHosterVerification, schemas.hosterVerificationSchema],
  "hoster-report": [readHosterReport, schemas.hosterReportSchema],
  "recovery-proof": [readRecoveryProof, schemas.recoveryProofSchema],
  "sign-in": [readSignIn, schemas.signInSchema],
  sidecar: [readSidecar, schemas.sidecarSchema],
  statement: [readStatement, schemas.statementSchema],
  batch: [readBatch, schemas.batchSchema],
};

function verdictOf(read: () => unknown): unknown {
  try {
    read();
    return undefined;
  } catch (error) {
    if (!(error instanceof OmlaError)) throw error;
    return error.code;
  }
}

describe.each(Object.entries(DOCUMENTS))("%s", (type, [read, schema]) => {
  const sample: fc.Arbitrary<unknown> = SAMPLES[type as keyof typeof SAMPLES];

  it("is accepted by reader and schema where it is valid, and nothing of it is lost", () => {
    fc.assert(
      fc.property(sample, (document) => {
        expect(read(document)).toEqual(document);
        expect(schema.parse(document)).toEqual(document);
      }),
      { numRuns: 60 },
    );
  });

  it("is accepted by the reader exactly where the schema accepts it, with every strange value in every place", () => {
    const samples = fc.sample(sample, { numRuns: 20, seed: 7 });
    const document = samples.reduce((most, one) => (placesOf(one).length > placesOf(most).length ? one : most));
    const places = placesOf(document);
    // Of a large document each place gets every third value in turn; its many like places get the others.
    const stride = places.length > 40 ? 3 : 1;
    for (const [index, { holder, name }] of places.entries()) {
      const before = holder[name];
      for (const value of STRANGE.filter((_, at) => (at + index) % stride === 0)) {
        holder[name] = value;
        const code = verdictOf(() => read(document));
        if (schema.safeParse(document).success !== (code === undefined)) {
          expect.fail(`${name} = ${JSON.stringify(value)}: the reader says ${code}, the schema the contrary`);
        }
      }
      holder[name] = before;
    }
  }, 30_000);

  it("is accepted by the reader exactly where the schema accepts it, after random changes", () => {
    let refused = 0;
    fc.assert(
      fc.property(edited(sample), (document) => {
        const code = verdictOf(() => read(document));
        const result = schema.safeParse(document);
        if (code !== undefined) refused++;
        expect(result.success, `${code} against ${JSON.stringify(result.error?.issues[0])}`).toBe(code === undefined);
      }),
      { numRuns: 400 },
    );
    expect(refused).toBeGreaterThan(50);
  });
});

describe("the private part", () => {
  it("is accepted by the reader exactly where the schema accepts it", () => {
    const sample = fc.record(
      {
        rail_identifier: line,
        contact_email: fc.constantFrom("a@b.example", "a"),
        salt: fc.constantFrom("0123456789abcdef", "short", "with space 0123456789"),
      },
      { requiredKeys: ["rail_identifier", "salt"], noNullPrototype: true },
    );
    fc.assert(
      fc.property(edited(sample), (part) => {
        expect(schemas.privatePartSchema.safeParse(part).success).toBe(verdictOf(() => readPrivatePart(part)) === undefined);
      }),
      { numRuns: 300 },
    );
  });
});

describe("lists, heartbeats and keysets", () => {
  const entry = fc.record(
    {
      kind: fc.constantFrom("model", "commercial_user", "dataset"),
      id: fc.uuid(),
      address,
      sha256: fc.array(hash, { maxLength: 2 }),
      name: line,
      domains: fc.constant(["example.com"]),
      reason: fc.constantFrom("DELINQUENT_90D", "NEWER_REASON"),
      since: time,
      enforce: fc.constantFrom("deny", "warn", "newer"),
      case: fc.constant("C-2026-0041"),
    },
    { requiredKeys: ["kind", "id", "reason", "since", "enforce", "case"], noNullPrototype: true },
  );
  const signatures = fc.array(fc.record({ key_id: fc.constant("ed25519:7766dbd7557dc9d7"), sig: signature }, { noNullPrototype: true }), {
    minLength: 1,
    maxLength: 2,
  });
  const list = fc
    .record({
      entries: fc.array(entry, { maxLength: 3 }),
      signatures,
      sequence: fc.integer({ min: 1, max: 3 }),
      prev: hash,
      // 120 days after 1 October are 29 January.
      expires_at: fc.constantFrom("2027-01-15T00:00:00Z", "2027-01-29T00:00:00Z", "2027-01-29T00:00:01Z"),
    })
    .map(({ entries, signatures: signed, sequence, prev, expires_at }) => ({
      spec: "omla-blacklist/1",
      sequence,
      quarter: "2026-Q3",
      generated_at: "2026-10-01T00:00:00Z",
      next_update: "2026-10-08T00:00:00Z",
      expires_at,
      prev_sha256: sequence === 1 ? "0".repeat(64) : prev,
      keyset_version: 1,
      critical: ["entries"],
      entry_count: entries.length,
      entries,
      signature: signed[0]?.sig ?? "",
      signatures: signed,
    }));

  it("a list is accepted by the reader exactly where the schema accepts it", () => {
    fc.assert(
      fc.property(edited(list), (file) => {
        expect(schemas.blacklistSchema.safeParse(file).success).toBe(verdictOf(() => readBlacklist(file as JsonValue)) === undefined);
      }),
      { numRuns: 600 },
    );
  });

  it("a heartbeat is accepted by the reader exactly where the schema accepts it", () => {
    const heartbeat = fc.record({ sequence: fc.nat(), sha256: hash, length: fc.nat(), expires_at: time, signatures }).map((fields) => ({
      spec: "omla-heartbeat/1",
      generated_at: "2026-10-01T00:00:00Z",
      ...fields,
      expires_at: fields.expires_at > "2060" ? "2026-10-07T00:00:00Z" : fields.expires_at,
    }));
    fc.assert(
      fc.property(edited(heartbeat), (file) => {
        expect(schemas.heartbeatSchema.safeParse(file).success).toBe(verdictOf(() => readHeartbeat(file as JsonValue)) === undefined);
      }),
      { numRuns: 400 },
    );
  });

  it("a keyset is accepted by the reader exactly where the schema accepts it", async () => {
    const ids = await Promise.all(KEYS.map(async ({ publicKey }) => ({ public_key: publicKey, key_id: await keyId(publicKey) })));
    const keys = fc
      .tuple(fc.subarray(ids, { minLength: 1 }), fc.constantFrom("list", "heartbeat"))
      .map(([some, role]) => some.map((key, index) => ({ ...key, role: index === 0 ? "list" : role })));
    const keyset = fc.record({ keys, threshold: fc.integer({ min: 1, max: 2 }), min_sequence: fc.nat(), signatures }).map((fields) => ({
      spec: "omla-keyset/1",
      version: 2,
      generated_at: "2026-10-01T00:00:00Z",
      expires_at: "2027-10-01T00:00:00Z",
      ...fields,
    }));
    await fc.assert(
      fc.asyncProperty(edited(keyset), async (file) => {
        const code = await readKeyset(file as JsonValue).then(
          () => undefined,
          (error: OmlaError) => error.code,
        );
        expect((await schemas.keysetSchema.safeParseAsync(file)).success, String(code)).toBe(code === undefined);
      }),
      { numRuns: 300 },
    );
  });
});

describe("the report input", () => {
  const plain = { model: "omla12n2ggut7gj7et6cuu6ztg3hhvgcnhlz8", inferences: 1_200_000, revenue_usd: "18400.00", run_cost_usd: "5100.00" };
  const pipeline = {
    pipeline: "search",
    revenue_usd: "10",
    run_cost_usd: "1",
    routing_fees_usd: "0.5",
    models: [{ model: "x", weight: "0.4", inferences: 1 }],
  };
  const refusal = (input: unknown): OmlaError | undefined => {
    const { error } = schemas.reportInputSchema.safeParse(input);
    return error && schemas.schemaFault(error);
  };

  it("takes plain and pipeline entries, and the nil report", () => {
    for (const entries of [[], [plain], [plain, pipeline]]) expect(refusal({ quarter: "2026-Q3", entries, final: true })).toBeUndefined();
  });

  it.each<[string, unknown, string, string]>([
    ["an amount as a number", [{ ...plain, revenue_usd: 18400 }], "entries[0].revenue_usd", "DOCUMENT_SCHEMA"],
    ["an amount with a sign", [plain, { ...plain, run_cost_usd: "-1" }], "entries[1].run_cost_usd", "AMOUNT_INVALID"],
    [
      "a weight above 1",
      [{ ...pipeline, models: [{ model: "x", weight: "1.1", inferences: 1 }] }],
      "entries[0].models[0].weight",
      "WEIGHT_RANGE",
    ],
    ["an unknown member", [{ ...plain, revenue: "1" }], "entries[0]", "DOCUMENT_SCHEMA"],
    ["a fraction of an inference", [{ ...plain, inferences: 0.5 }], "entries[0].inferences", "DOCUMENT_SCHEMA"],
    ["a pipeline without models", [{ ...pipeline, models: [] }], "entries[0].models", "DOCUMENT_SCHEMA"],
    ["a missing revenue", [{ ...plain, revenue_usd: undefined }], "entries[0].revenue_usd", "DOCUMENT_SCHEMA"],
  ])("refuses %s and names the field", (_, entries, path, code) => {
    expect(refusal({ quarter: "2026-Q3", entries })).toMatchObject({ code, path });
  });

  it("refuses a quarter that is none", () => {
    expect(refusal({ quarter: "2026-Q5", entries: [] })).toMatchObject({ code: "DOCUMENT_SCHEMA", path: "quarter" });
  });
});

describe("a schema's fault", () => {
  it("has the code and the path that the reader gives", () => {
    const document = { ...fc.sample(SAMPLES.sidecar, 1)[0], wallet: "omla12n2ggut7gj7et6cuu6ztg3hhvgcnhlz9" };
    const { error } = schemas.sidecarSchema.safeParse(document);
    expect(schemas.schemaFault(error as z.ZodError, "body")).toMatchObject({ code: "ADDRESS_INVALID", path: "body.wallet" });
  });
});

it("every schema has a JSON Schema form", () => {
  for (const [name, schema] of Object.entries(schemas)) {
    if (!(schema instanceof z.ZodType)) continue;
    expect(z.toJSONSchema(schema, { unrepresentable: "any" }), name).toHaveProperty("$schema");
  }
});
