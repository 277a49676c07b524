import * as conformance from "@omla/sdk/conformance";
import * as protocol from "@omla/sdk/protocol";
import * as testing from "@omla/sdk/testing";
import * as sdk from "@omla/sdk";
import { describe, expect, it } from "vitest";

/** Names that users type; one that goes away is a break. */
const PROTOCOL = [
  ...["generateKeyPair", "keyPairFromSecretKey", "sign", "verify", "signDocument", "verifyDocument", "canonicalize"],
  ...["encodeAddress", "decodeAddress", "isAddress", "computeRoyalty", "allocate", "resolveSplits", "resolveHosterFork"],
  ...["resolvePayoutCurrency", "tickCompliance", "parseQuarter", "quarterEnd", "planRegistration", "hashWeights", "parseStrictJson"],
  ...["verifyBlacklist", "buildBlacklist", "buildKeyset", "buildHeartbeat", "verifyLegacyRegistration", "OmlaError"],
];

const CLIENT: Readonly<Record<string, readonly string[]>> = {
  reports: ["list", "get", "amend", "file"],
  models: ["register", "get", "search", "byHash", "splits", "update", "rotateKey", "lineage", "terms", "verify"],
  companies: ["register", "keys", "createKey", "revokeKey"],
  hosters: ["claim", "verify", "report", "accruals"],
  wallets: ["register"],
  currencies: ["declare", "resolve"],
  payments: ["list", "receivables", "pay", "receipts", "heldForTax"],
  complaints: ["file", "status"],
  disputes: ["open", "list", "withdraw"],
  audits: ["request", "respond", "list"],
};

describe("the names that are promised", () => {
  it.each(PROTOCOL)("@omla/sdk/protocol has %s", (name) => expect(typeof protocol[name as keyof typeof protocol]).toBe("function"));

  it("@omla/sdk has createClient, one base of errors, and five classes by who must act", () => {
    expect(typeof sdk.createClient).toBe("function");
    const errors = Object.values(sdk).filter((value) => typeof value === "function" && value.prototype instanceof sdk.OmlaError);
    expect(errors.map(({ name }) => name).sort()).toEqual([
      "OmlaAccessError",
      "OmlaConflictError",
      "OmlaInputError",
      "OmlaUnavailableError",
      "OmlaVersionError",
    ]);
    expect(sdk.OmlaError).toBe(protocol.OmlaError);
  });

  it("a client has its actions by noun, and none is loaded before it is called", () => {
    const omla = sdk.createClient({ url: "https://registry.example" });
    for (const name of ["report", "quote", "certificate", "blacklist", "registry", "signIn"] as const)
      expect(typeof omla[name]).toBe("function");
    for (const [noun, methods] of Object.entries(CLIENT)) {
      const actions = omla[noun as keyof typeof omla] as unknown as Record<string, unknown>;
      expect(Object.keys(actions).sort(), noun).toEqual([...methods].sort());
      for (const method of methods) expect(typeof actions[method], `${noun}.${method}`).toBe("function");
    }
  });

  it("lists are async iterables", () => {
    const omla = sdk.createClient({ url: "https://registry.example" });
    for (const list of [
      omla.reports.list(),
      omla.models.search("x"),
      omla.payments.list(),
      omla.payments.receipts(),
      omla.disputes.list(),
      omla.audits.list(),
    ])
      expect(typeof list[Symbol.asyncIterator]).toBe("function");
  });

  it("@omla/sdk/testing and @omla/sdk/conformance have theirs", () => {
    expect(typeof testing.createTestRegistry).toBe("function");
    expect(typeof conformance.runVectorFile).toBe("function");
  });
});
