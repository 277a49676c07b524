import { describe, expect, it } from "vitest";
import { run } from "../src/cli/run.ts";
import { unknownSettings } from "../src/unknown-settings.ts";
import { ConfigError } from "../src/config-error.ts";
import { assertServable, DEMO_SECRET, loadConfig } from "../src/config.ts";

const secret = "a-secret-of-at-least-thirty-two-characters";
const base = { OMLA_JWT_SECRET: secret };

const faultsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    assertServable(loadConfig(environment));
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
};

describe("a name in the environment that is no setting", () => {
  it("is told, with the one that was meant", () => {
    expect(unknownSettings({ OMLA_LIMT_RATES: "off", OMLA_SIGNING_KEYFILE: "secret.key" })).toEqual([
      "OMLA_LIMT_RATES is no setting, and is ignored: did you mean OMLA_LIMIT_RATES?",
      "OMLA_SIGNING_KEYFILE is no setting, and is ignored: did you mean OMLA_SIGNING_KEY_FILE?",
    ]);
    expect(unknownSettings({ OMLA_SOMETHING_ELSE_ALTOGETHER: "x" })).toEqual([
      "OMLA_SOMETHING_ELSE_ALTOGETHER is no setting, and is ignored",
    ]);
  });

  it("is nobody's business where it belongs to somebody else", () => {
    const environment = { ...base, OMLA_API_KEY: "x", OMLA_REGISTRY: "x", OMLA_BLACKLIST_URL: "x", PATH: "/bin", OMLA_LIMT_RATES: "" };
    expect(unknownSettings(environment)).toEqual([]);
  });

  it("is said by every command, and makes doctor fail", async () => {
    const lines: string[] = [];
    const io = { environment: { ...base, OMLA_DATA_DIR: "memory", OMLA_TRUST_PROXI: "::1" }, out: (line: string) => lines.push(line) };
    expect(await run(["job"], { ...io, error: io.out })).toBe(0);
    expect(lines[0]).toContain("did you mean OMLA_TRUST_PROXY?");
    lines.length = 0;
    expect(await run(["doctor"], { ...io, error: io.out })).toBe(1);
    expect(lines).toContainEqual(expect.stringMatching(/^FAIL .*OMLA_TRUST_PROXY\?/));
  });
});

describe("the configuration", () => {
  it("needs one secret and takes the documented defaults for the rest", () => {
    const config = loadConfig(base);
    expect(config).toMatchObject({
      host: "127.0.0.1",
      port: 8080,
      publicUrl: "http://localhost:8080",
      dataDir: "./omla-data",
      lineagePolicy: "sequential",
    });
    expect(config.limits).toMatchObject({ models: 1000, depth: 128, parents: 32, splits: 64 });
  });

  it("treats an empty variable as one that is not set", () => {
    expect(loadConfig({ ...base, DATABASE_URL: "", PORT: "" })).toMatchObject({ databaseUrl: undefined, port: 8080 });
  });

  it.each([
    ["PORT", "70000"],
    ["PORT", "8080x"],
    ["OMLA_PUBLIC_URL", "registry.example"],
    ["OMLA_PUBLIC_URL", "https://registry.example/path"],
    ["OMLA_PUBLIC_URL", "ftp://registry.example"],
    ["DATABASE_URL", "mysql://x"],
    ["OMLA_LINEAGE_POLICY", "both"],
    ["OMLA_TRUST_PROXY", "true"],
    ["OMLA_TRUST_PROXY", "10.0.0.1, everybody"],
    ["OMLA_TRUST_PROXY", "999.1.1.1"],
    ["OMLA_TRUST_PROXY", "10.0.0.0/33"],
    ["OMLA_TRUST_PROXY", "0.0.0.0/0"],
    ["OMLA_TRUST_PROXY", "fe80::/129"],
    ["OMLA_TRUST_PROXY", "::1/64/64"],
    ["OMLA_LIMIT_ENTRIES", "0"],
    ["NODE_ENV", "staging"],
  ])("refuses %s=%s and names the variable", (name, value) => {
    const [fault, ...others] = faultsOf({ ...base, [name]: value });
    expect(fault).toContain(name);
    expect(others).toEqual([]);
  });

  it("names all faults at once", () => {
    expect(faultsOf({ ...base, PORT: "x", OMLA_LINEAGE_POLICY: "x" })).toHaveLength(2);
  });

  it("says how to get a secret, and never repeats one", () => {
    const [fault] = faultsOf({ OMLA_JWT_SECRET: "too-short-secret" });
    expect(fault).toContain("omla-server init");
    expect(fault).not.toContain("too-short-secret");
    const [url] = faultsOf({ ...base, DATABASE_URL: "mysql://user:hunter2@host" });
    expect(url).not.toContain("hunter2");
  });

  it("refuses the demonstration's secret and a plain origin in production", () => {
    const production = { NODE_ENV: "production", OMLA_PUBLIC_URL: "https://registry.example" };
    expect(faultsOf({ ...production, OMLA_JWT_SECRET: secret })).toEqual([]);
    expect(faultsOf({ ...production, OMLA_JWT_SECRET: DEMO_SECRET })[0]).toContain("OMLA_JWT_SECRET");
    expect(faultsOf({ ...base, NODE_ENV: "production", OMLA_PUBLIC_URL: "http://registry.example" })[0]).toContain("OMLA_PUBLIC_URL");
  });

  it("refuses live money on the embedded database", () => {
    for (const rail of [
      { STRIPE_SECRET_KEY: "sk_test_x", STRIPE_WEBHOOK_SECRET: "whsec_x" },
      { OMLA_SEPA_IBAN: "DE89370400440532013000", OMLA_SEPA_NAME: "Association" },
      { OMLA_MANUAL_RAILS: "wise, paypal" },
    ]) {
      const faults = faultsOf({ ...base, ...rail });
      expect(faults).toHaveLength(1);
      expect(faults[0]).toContain("DATABASE_URL");
      expect(faultsOf({ ...base, ...rail, DATABASE_URL: "postgres://localhost/omla" })).toEqual([]);
    }
  });

  it("keeps real money and play money apart", () => {
    const database = { ...base, DATABASE_URL: "postgres://localhost/omla", STRIPE_WEBHOOK_SECRET: "whsec_x" };
    const production = { ...database, NODE_ENV: "production", OMLA_PUBLIC_URL: "https://registry.example" };
    expect(faultsOf({ ...production, STRIPE_SECRET_KEY: "sk_live_x" })).toEqual([]);
    expect(faultsOf({ ...production, STRIPE_SECRET_KEY: "sk_test_x" })[0]).toContain("play money");
    expect(faultsOf({ ...database, STRIPE_SECRET_KEY: "sk_live_x" })[0]).toContain("NODE_ENV=production");
    expect(faultsOf({ ...database, STRIPE_SECRET_KEY: "pk_live_x" })[0]).toContain("no key of Stripe");
    expect(faultsOf({ ...production, STRIPE_SECRET_KEY: "sk_live_x", STRIPE_API_BASE: "http://127.0.0.1:1" })[0]).toContain("https");
    expect(faultsOf({ ...production, STRIPE_SECRET_KEY: "sk_live_x", STRIPE_WEBHOOK_SECRET: "" })[0]).toContain("STRIPE_WEBHOOK_SECRET");
  });

  it("reads the rails' settings, and says what form they have", () => {
    expect(loadConfig({ ...base, OMLA_RAIL_FEES: "stripe=0.25%+0.25, sepa=0%+0.1" }).rails.fees.get("stripe")).toEqual({
      percentParts: 250_000n,
      fixed: 250_000n,
    });
    expect(faultsOf({ ...base, OMLA_RAIL_FEES: "stripe=free" })[0]).toContain("stripe=0.25%+0.25,sepa=0%+0.10");
    expect(faultsOf({ ...base, OMLA_MANUAL_RAILS: "cash" })[0]).toContain("paypal, lightning");
    expect(faultsOf({ ...base, OMLA_SEPA_IBAN: "DE88370400440532013000" })[0]).toContain("checksum");
    expect(faultsOf({ ...base, OMLA_SEPA_IBAN: "DE89370400440532013000", DATABASE_URL: "postgres://localhost/omla" })[0]).toContain(
      "OMLA_SEPA_NAME",
    );
  });
});
