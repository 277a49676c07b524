import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { assembleFile, buildBlacklist, generateKeyPair, nextEdition, signFile } from "@omla/sdk/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const COMMAND = fileURLToPath(new URL("../../packages/verifier/src/cli/bin.ts", import.meta.url));
const started: { servers: Server[]; children: ChildProcess[] } = { servers: [], children: [] };
let folder: string;
let gateway: string;
let sidecar: ChildProcess;

/** Where Debian puts it. */
const NGINX = "/usr/sbin/nginx";
const runs = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: "ignore" }).status === 0;

function ensureNginx(): void {
  if (runs(NGINX, "-v")) return;
  if (process.getuid?.() === 0 && runs("apt-get", "update", "-qq"))
    runs("apt-get", "install", "-y", "-qq", "--no-install-recommends", "nginx-light");
  if (!runs(NGINX, "-v"))
    throw new Error("this test needs nginx and none was found: install it (Debian: `sudo apt-get install nginx-light`)");
}

async function listen(handler: RequestListener): Promise<number> {
  const server = createServer(handler);
  started.servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const port = await listen(() => undefined);
  const server = started.servers.pop() as Server;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function startSidecar(list: number, publicKey: string): Promise<number> {
  const args = [
    "--conditions=omla-source",
    COMMAND,
    "serve",
    "--url",
    `http://127.0.0.1:${list}/api/blacklist.json`,
    "--key",
    publicKey,
    "--port",
    "0",
  ];
  sidecar = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
  started.children.push(sidecar);
  const [text] = (await once(sidecar.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
  return Number(/:(\d+)\s*$/.exec(text.toString())?.[1]);
}

/** The committed configuration with the ports of this run. */
async function startNginx(ports: Record<string, number>): Promise<void> {
  let text = await readFile(new URL("nginx.conf", import.meta.url), "utf8");
  for (const [port, actual] of Object.entries(ports)) text = text.replaceAll(`127.0.0.1:${port}`, `127.0.0.1:${actual}`);
  await writeFile(join(folder, "nginx.conf"), text);
  const args = ["-p", `${folder}/`, "-c", join(folder, "nginx.conf"), "-g", "daemon off; master_process off;"];
  started.children.push(spawn(NGINX, args, { stdio: ["ignore", "ignore", "inherit"] }));
  for (let tries = 0; tries < 200; tries += 1) {
    const isUp = await ask("acme/other").then(
      ({ status }) => status === 200,
      () => false,
    );
    if (isUp) return;
    await delay(100);
  }
  throw new Error("nginx did not begin to serve");
}

const ask = (model: string, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${gateway}/v1/chat/completions`, { method: "POST", body: "{}", headers: { "x-model": model, ...headers } });

beforeAll(async () => {
  ensureNginx();
  folder = await mkdtemp(join(tmpdir(), "omla-nginx-"));
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
  const registry = await listen((request, response) => {
    const isList = request.url === "/api/blacklist.json";
    response.writeHead(isList ? 200 : 404, { "content-type": "application/json" }).end(isList ? file : "{}");
  });
  const models = await listen((request, response) => response.end(`served ${request.url}`));
  const [own, verifier] = [await freePort(), await startSidecar(registry, publicKey)];
  gateway = `http://127.0.0.1:${own}`;
  await startNginx({ 8080: own, 8000: models, 8737: verifier });
}, 300_000);

afterAll(async () => {
  for (const child of started.children) child.kill();
  for (const server of started.servers) server.close();
  await rm(folder, { recursive: true });
});

describe("nginx with the sidecar", () => {
  it("refuses a listed model with 451 and the verdict, and serves another", async () => {
    const refused = await ask("acme/listed-7b");
    expect([refused.status, refused.headers.get("omla-verdict")]).toEqual([451, "deny; reason=LISTED; state=FRESH; sequence=1"]);
    expect(await refused.json()).toMatchObject({ code: "OMLA_LISTED" });
    const served = await ask("acme/other");
    expect([served.status, served.headers.get("omla-verdict")]).toEqual([200, "allow; reason=NOT_LISTED; state=FRESH; sequence=1"]);
    expect(await served.text()).toBe("served /v1/chat/completions");
  });

  it("asks about a listed model also where its caller sends as many headers as nginx takes", async () => {
    const filler = Object.fromEntries([1, 2, 3].map((at) => [`x-filler-${at}`, "x".repeat(7_000)]));
    expect((await ask("acme/listed-7b", filler)).status).toBe(451);
  });

  it("does not let a caller name another model to the sidecar", async () => {
    expect((await ask("acme/listed-7b", { "x-omla-model": "acme/other" })).status).toBe(451);
  });

  it("goes on serving while the sidecar is down, as the configuration says", async () => {
    sidecar.kill();
    await once(sidecar, "exit");
    expect((await ask("acme/listed-7b")).status).toBe(200);
  });
});
