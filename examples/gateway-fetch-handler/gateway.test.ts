import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assembleFile, buildBlacklist, generateKeyPair, nextEdition, signFile } from "@omla/sdk/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createGateway, verifierFromEnvironment } from "./main.ts";

let registry: Server;
let folder: string;
let environment: Record<string, string>;

beforeAll(async () => {
  const { publicKey, secretKey } = await generateKeyPair();
  const listed = {
    kind: "model",
    id: "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed",
    locations: ["https://huggingface.co/acme/listed-7b"],
    reason: "DELINQUENT_90D",
    since: "2026-07-01T00:00:00Z",
    enforce: "deny",
    case: "C-2026-0041",
  } as const;
  const list = await buildBlacklist({ ...nextEdition(null, new Date()), keyset_version: 1, entries: [listed] });
  const file = assembleFile(list, await signFile(list, [secretKey]));
  registry = createServer((_request, response) => response.writeHead(200, { "content-type": "application/json" }).end(file));
  await new Promise<void>((resolve) => registry.listen(0, "127.0.0.1", resolve));
  folder = await mkdtemp(join(tmpdir(), "omla-gateway-"));
  environment = {
    OMLA_BLACKLIST_URL: `http://127.0.0.1:${(registry.address() as AddressInfo).port}/api/blacklist.json`,
    OMLA_BLACKLIST_KEYS: publicKey,
    OMLA_BLACKLIST_STORE: join(folder, "list"),
  };
});

afterAll(async () => {
  registry.close();
  await rm(folder, { recursive: true });
});

it("refuses a listed model with 451 and the case, and serves another with the verdict in a header", async () => {
  const verifier = verifierFromEnvironment(environment);
  await verifier.ready;
  const gateway = createGateway(verifier, async (request) =>
    Response.json({ served: ((await request.json()) as { model: string }).model }),
  );
  const ask = (model: string) =>
    gateway(new Request("https://gateway.example/v1/chat/completions", { method: "POST", body: JSON.stringify({ model }) }));

  const refused = await ask("acme/listed-7b");
  expect(refused.status).toBe(451);
  expect(await refused.json()).toMatchObject({
    code: "OMLA_LISTED",
    details: { cases: ["C-2026-0041"] },
    hint: expect.stringContaining("registry.example/dispute"),
  });

  const served = await ask("acme/other-7b");
  expect(served.status).toBe(200);
  expect(await served.json()).toEqual({ served: "acme/other-7b" });
  expect(served.headers.get("omla-verdict")).toBe("allow; reason=NOT_LISTED; state=FRESH; sequence=1");
  verifier.close();
});
