import { describe, expect, inject, it } from "vitest";
import { fromHex, toBase64 } from "../../src/protocol/bytes.ts";
import { canonicalize, parseStrictJson } from "../../src/protocol/canonical-json.ts";
import { ed25519BackendNamed } from "../../src/protocol/ed25519.ts";
import type { Ed25519BackendName } from "../../src/protocol/ed25519-backend.ts";
import { passesPrecheck } from "../../src/protocol/ed25519-precheck.ts";
import { verify } from "../../src/protocol/signing.ts";

/** The one skip of this suite: without `OMLA_PUBLIC_VECTORS` there is nothing to run on. */
const files = inject("publicVectors");
const itWithData = it.skipIf(files === null);

const available: Ed25519BackendName[] = [];
for (const name of ["node", "webcrypto", "noble"] as const) if (await ed25519BackendNamed(name)) available.push(name);

interface Case {
  readonly name: string;
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  readonly isValid: boolean;
}

const bytes = (hex: string): Uint8Array => fromHex(hex) as Uint8Array;
const json = (name: string): unknown => JSON.parse(files?.[name] ?? "null");

function wycheproof(): Case[] {
  const { testGroups } = json("wycheproof-ed25519.json") as {
    testGroups: { publicKey: { pk: string }; tests: { tcId: number; comment: string; msg: string; sig: string; result: string }[] }[];
  };
  return testGroups.flatMap((group) =>
    group.tests.map((test) => ({
      name: `${test.tcId} ${test.comment}`,
      publicKey: bytes(group.publicKey.pk),
      message: bytes(test.msg),
      signature: bytes(test.sig),
      isValid: test.result === "valid",
    })),
  );
}

/** Only case 3, a mixed-order key under an honest equation, is accepted by the strict profile. */
function speccheck(): Case[] {
  return (json("ed25519-speccheck.json") as { message: string; pub_key: string; signature: string }[]).map((row, index) => ({
    name: `speccheck ${index}`,
    publicKey: bytes(row.pub_key),
    message: bytes(row.message),
    signature: bytes(row.signature),
    isValid: index === 3,
  }));
}

async function wrongVerdicts(cases: readonly Case[], backend: Ed25519BackendName): Promise<string[]> {
  const wrong: string[] = [];
  for (const { name, publicKey, message, signature, isValid } of cases) {
    if ((await verify(toBase64(signature), message, toBase64(publicKey), { backend })) !== isValid) wrong.push(name);
  }
  return wrong;
}

describe.each(available)("published signatures, by %s", (backend) => {
  itWithData("sig_wycheproof_151: 88 valid and 63 invalid, as the file says", async () => {
    const cases = wycheproof();
    expect([cases.length, cases.filter((row) => row.isValid).length]).toEqual([151, 88]);
    expect(await wrongVerdicts(cases, backend)).toEqual([]);
  });

  itWithData("sig_speccheck_profile: only case 3 of 12", async () => {
    const cases = speccheck();
    expect(cases).toHaveLength(12);
    expect(await wrongVerdicts(cases, backend)).toEqual([]);
  });
});

itWithData("the pre-check alone passes 110 of Wycheproof's 151 and 3 of speccheck's 12", () => {
  const passing = (cases: readonly Case[]): number => cases.filter((row) => passesPrecheck(row.publicKey, row.signature)).length;
  expect(passing(wycheproof())).toBe(110);
  expect(passing(speccheck())).toBe(3);
});

describe("published canonical JSON", () => {
  itWithData.each(["arrays", "french", "unicode", "weird"])("%s comes out as published", (name) => {
    expect(canonicalize(parseStrictJson(files?.[`jcs/${name}.input.json`] ?? ""))).toBe(files?.[`jcs/${name}.output.json`]);
  });

  itWithData.each(["values", "structures"])("%s holds numbers with a point and is refused", (name) => {
    expect(() => parseStrictJson(files?.[`jcs/${name}.input.json`] ?? "")).toThrow(
      expect.objectContaining({ code: "CANONICAL_JSON", message: expect.stringContaining("point or exponent") }),
    );
  });
});
