import { expect, test } from "vitest";
import { formatFindings } from "../tidy/finding.ts";
import { findLayerFaults } from "../tidy/layers.ts";
import { plantFolder } from "./planted-folder.ts";
import { PROJECT } from "./project.ts";

test("every import of the project follows the arrows of the architecture", () => {
  expect(formatFindings(findLayerFaults(PROJECT))).toBe("");
});

const server = "packages/server-reference/src";
const planted: [fault: string, file: string, text: string, others?: Record<string, string>][] = [
  ["the protocol imports node", "packages/sdk/src/protocol/money.ts", 'import { readFileSync } from "node:fs";'],
  ["the protocol imports zod", "packages/sdk/src/protocol/money.ts", 'import * as z from "zod";'],
  [
    "the protocol imports the client",
    "packages/sdk/src/protocol/money.ts",
    'import { x } from "../client/x.ts";',
    { "packages/sdk/src/client/x.ts": "" },
  ],
  [
    "the protocol imports its own schemas",
    "packages/sdk/src/protocol/money.ts",
    'import { x } from "./schemas/x.ts";',
    { "packages/sdk/src/protocol/schemas/x.ts": "" },
  ],
  [
    "the protocol imports its own index",
    "packages/sdk/src/protocol/money.ts",
    'import { x } from "./index.ts";',
    { "packages/sdk/src/protocol/index.ts": "" },
  ],
  ["noble is imported beside its back end", "packages/sdk/src/protocol/keys.ts", 'export const load = () => import("@noble/ed25519");'],
  ["the client imports a node module", "packages/sdk/src/client/models.ts", 'import type { Readable } from "node:stream";'],
  ["the verifier imports the sdk's client", "packages/verifier/src/policy.ts", 'import { createClient } from "@omla/sdk";'],
  [
    "the verifier's core imports an adapter",
    "packages/verifier/src/policy.ts",
    'import { x } from "./adapters/fetch.ts";',
    { "packages/verifier/src/adapters/fetch.ts": "" },
  ],
  ["the widget imports ky", "packages/widget/src/lookup.ts", 'import ky from "ky";'],
  [
    "the widget reaches into another package",
    "packages/widget/src/lookup.ts",
    'import { x } from "../../sdk/src/protocol/x.ts";',
    { "packages/sdk/src/protocol/x.ts": "" },
  ],
  [
    "a service imports routes",
    `${server}/domain/models/service.ts`,
    'import { x } from "./routes.ts";',
    { [`${server}/domain/models/routes.ts`]: "" },
  ],
  [
    "routes import a repository",
    `${server}/domain/models/routes.ts`,
    'import { x } from "./repository.ts";',
    { [`${server}/domain/models/repository.ts`]: "" },
  ],
  [
    "a repository imports a service",
    `${server}/domain/models/repository.ts`,
    'import { x } from "./service.ts";',
    { [`${server}/domain/models/service.ts`]: "" },
  ],
  [
    "the database layer imports the domain",
    `${server}/db/pool.ts`,
    'import { x } from "../domain/models/repository.ts";',
    { [`${server}/domain/models/repository.ts`]: "" },
  ],
  [
    "the dialect imports the domain",
    `${server}/postgrest/plan.ts`,
    'import { x } from "../domain/models/repository.ts";',
    { [`${server}/domain/models/repository.ts`]: "" },
  ],
  ["the server imports the sdk's client", `${server}/jobs/tick.ts`, 'import { createClient } from "@omla/sdk";'],
  ["a file stands in no known place", "packages/unknown/src/x.ts", 'import "node:fs";'],
];

test.each(planted)("finds that %s", (_fault, file, text, others = {}) => {
  const findings = findLayerFaults(plantFolder({ ...others, [file]: text }));
  expect(findings.map((finding) => finding.file)).toContain(file);
});

test("finds a second importer of ky, and not the first", () => {
  const root = plantFolder({
    "packages/sdk/src/client/a.ts": 'import ky from "ky";',
    "packages/sdk/src/client/b.ts": 'import type { Options } from "ky";',
  });
  expect(findLayerFaults(root)).toEqual([
    { file: "packages/sdk/src/client/b.ts", message: "imports ky, and so does packages/sdk/src/client/a.ts: one file of the client does" },
  ]);
});

test("lets pass what the architecture draws", () => {
  const root = plantFolder({
    "packages/sdk/src/protocol/ed25519-noble.ts": 'export const load = () => import("@noble/ed25519");',
    "packages/sdk/src/protocol/address.ts": 'import { x } from "./x.ts";',
    "packages/sdk/src/protocol/x.ts": "",
    "packages/verifier/src/disk-store.ts":
      'import { open } from "node:fs/promises";\nimport { verifyBlacklist } from "@omla/sdk/protocol";',
    [`${server}/domain/models/service.ts`]: 'import { x } from "./repository.ts";\nimport { parseUsd } from "@omla/sdk/protocol";',
    [`${server}/domain/models/repository.ts`]: 'import { sql } from "../../db/sql.ts";',
    [`${server}/db/sql.ts`]: "",
    [`${server}/domain/models/routes.ts`]: 'import { x } from "./service.ts";',
    [`${server}/app.ts`]: 'import { x } from "./domain/models/routes.ts";\nimport fastify from "fastify";',
  });
  expect(findLayerFaults(root)).toEqual([]);
});
