import { defineConfig } from "vitest/config";
import { playwright } from "@vitest/browser-playwright";
import { chromiumArguments, chromiumPath } from "./tools/chromium.ts";

const conditions = ["omla-source"];
const source = { resolve: { conditions }, ssr: { resolve: { conditions, externalConditions: conditions } } };
const long = process.env["OMLA_TEST_LONG"] === "1";
/** What takes long is named `*.long.test.ts` and runs by `npm run test:long` only. */
const tests = (folder: string): string[] => [long ? `${folder}/**/*.long.test.ts` : `${folder}/**/*.test.ts`];
const not = (...patterns: string[]): string[] => ["**/node_modules/**", "**/dist/**", ...(long ? [] : ["**/*.long.test.ts"]), ...patterns];

// A fresh object for each suite: vitest writes into it.
const browser = () => ({
  enabled: true as const,
  headless: true,
  screenshotFailures: false,
  instances: [{ browser: "chromium" as const }],
  provider: playwright({ launchOptions: { executablePath: chromiumPath(), args: chromiumArguments } }),
});

/** Generous, since a busy machine is no fault; nothing here asserts a time. */
const patient = { testTimeout: 60_000, hookTimeout: 90_000 };
/** One process for many files: no module is loaded, no engine compiled anew for each. What a file starts it ends, and no global is left changed. */
const shared = { isolate: false };
/** For the suites with properties. */
const seeded = { setupFiles: ["tools/fixed-seed.ts"] };

/** Each suite by name; the floors in tools/test-counts.json are kept per name. */
export default defineConfig({
  test: {
    reporters: ["default", "./tools/count-reporter.ts"],
    maxWorkers: 2,
    projects: [
      {
        ...source,
        test: {
          ...patient,
          ...seeded,
          ...shared,
          name: "sdk",
          environment: "node",
          include: tests("packages/sdk/test"),
          exclude: not("**/*.browser.test.ts"),
          globalSetup: ["tools/public-vectors.ts"],
        },
      },
      {
        ...source,
        // The protocol's own tests are isomorphic: the same files run here in a real Chromium.
        test: {
          ...patient,
          ...seeded,
          name: "sdk-chromium",
          include: long ? [] : ["packages/sdk/test/protocol/**/*.test.ts", "packages/sdk/test/**/*.browser.test.ts"],
          exclude: not("**/*.node.test.ts"),
          globalSetup: ["tools/public-vectors.ts"],
          api: { host: "127.0.0.1" },
          browser: browser(),
        },
      },
      {
        ...source,
        test: {
          ...patient,
          ...seeded,
          ...shared,
          name: "verifier",
          environment: "node",
          include: tests("packages/verifier/test"),
          exclude: not(),
          globalSetup: ["tools/public-vectors.ts"],
        },
      },
      {
        ...source,
        test: {
          ...patient,
          ...seeded,
          name: "widget-chromium",
          include: tests("packages/widget/test"),
          exclude: not("**/*.node.test.ts"),
          api: { host: "127.0.0.1" },
          browser: browser(),
        },
      },
      {
        ...source,
        test: { ...patient, name: "widget-node", environment: "node", include: ["packages/widget/test/**/*.node.test.ts"], exclude: not() },
      },
      {
        ...source,
        test: {
          ...patient,
          ...seeded,
          ...shared,
          name: "server-pglite",
          environment: "node",
          env: { OMLA_TEST_DATABASE: "pglite" },
          include: tests("packages/server-reference/test"),
          // What needs several processes on one database runs on PostgreSQL, in the suite below.
          exclude: not("**/*.postgres.test.ts"),
        },
      },
      {
        ...source,
        test: {
          ...patient,
          ...seeded,
          ...shared,
          name: "server-postgres",
          environment: "node",
          env: { OMLA_TEST_DATABASE: "postgres" },
          globalSetup: ["packages/server-reference/test/helpers/postgres.ts"],
          include: tests("packages/server-reference/test"),
          // What does not touch a database runs once, in the suite above.
          exclude: not("**/*.once.test.ts"),
        },
      },
      {
        ...source,
        test: { ...patient, ...shared, name: "tools", environment: "node", include: ["tools/test/**/*.test.ts"], exclude: not() },
      },
      {
        ...source,
        test: {
          ...patient,
          name: "examples",
          environment: "node",
          include: ["examples/**/*.test.ts"],
          exclude: not(),
        },
      },
    ],
  },
});
