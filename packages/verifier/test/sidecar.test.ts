import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import type { Server } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createVerifier, type Verifier } from "../src/index.ts";
import { createSidecar } from "../src/sidecar.ts";
import { COMPANY, KEY, MODEL, NOW, publish, startRegistry } from "./publisher.ts";

let verifier: Verifier;
let server: Server;
let base: string;

beforeAll(async () => {
  const registry = await startRegistry();
  registry.serve(await publish({ entries: [MODEL, COMPANY] }));
  verifier = createVerifier({ url: registry.url, keys: [KEY], refreshMs: 0, clock: () => NOW });
  await verifier.refresh();
  await registry.close();
  server = createSidecar(verifier);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe("the sidecar", () => {
  it("answers a verdict as JSON with status 200, whatever it is", async () => {
    const denied = await fetch(`${base}/check?model=acme/listed-7b`);
    expect([denied.status, denied.headers.get("omla-verdict")]).toEqual([200, "deny; reason=LISTED; state=FRESH; sequence=1"]);
    expect(await denied.json()).toMatchObject({ action: "deny", matches: [{ matched_by: "repository", case: "C-2026-0041" }] });
    expect(await (await fetch(`${base}/check?domain=api.example.com`)).json()).toMatchObject({ action: "review" });
    expect(await (await fetch(`${base}/check?model=acme/other`)).json()).toMatchObject({ action: "allow" });
  });

  it("answers nginx and Envoy with 403 or 200, from headers or the query, at any method and below any path", async () => {
    expect((await fetch(`${base}/auth?model_id=${MODEL.id}`)).status).toBe(403);
    expect(
      (await fetch(`${base}/auth/v1/chat/completions`, { method: "POST", body: "{}", headers: { "x-omla-model": "acme/listed-7b" } }))
        .status,
    ).toBe(403);
    expect((await fetch(`${base}/auth`, { headers: { "x-omla-model": "acme/other" } })).status).toBe(200);
    expect((await fetch(`${base}/auth`)).status).toBe(200);
  });

  /** A request as it stands on the wire: `fetch` would tidy it up. */
  async function ask(target: string, headers: readonly string[] = []): Promise<number> {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    socket.end([`GET ${target} HTTP/1.1`, "host: sidecar", "connection: close", ...headers, "", ""].join("\r\n"));
    let text = "";
    for await (const chunk of socket.setEncoding("latin1")) text += chunk;
    return Number(text.split(" ")[1]);
  }
  const LISTED = "x-omla-model: acme/listed-7b";

  it.each([
    "/auth/../healthz",
    "/auth/%2e%2e/healthz",
    "/auth/..\\metrics",
    "/auth//elsewhere.example/x",
    "/auth/x#/../healthz",
    "/auth/%",
  ])("asks about a request whose path is %s, whatever its dots would lead to", async (path) => {
    expect([await ask(path, [LISTED]), await ask(path, ["x-omla-model: acme/other"])]).toEqual([403, 200]);
  });

  it("counts the strictest verdict where a name is said twice, in headers, joined by a proxy, or in the query", async () => {
    const other = "x-omla-model: acme/other";
    expect(await ask("/auth", [other, LISTED])).toBe(403);
    expect(await ask("/auth", [LISTED, other])).toBe(403);
    expect(await ask("/auth", [`${other}, acme/listed-7b`])).toBe(403);
    expect(await ask("/auth?model=acme/listed-7b", [other])).toBe(403);
    expect(await ask("/auth?model=acme/listed-7b", ["x-omla-model:"])).toBe(403);
    expect(await ask("/auth?model=acme/other&model=acme/listed-7b")).toBe(403);
    expect(await ask("/auth?model=acme/other", [other])).toBe(200);
  });

  it("refuses what it cannot read by the code that every gateway takes for a refusal", async () => {
    expect(await ask("/auth", [`x-filler: ${"x".repeat(40_000)}`, LISTED])).toBe(403);
    expect(await ask("/auth", [`x-filler: ${"x".repeat(40_000)}`])).toBe(200);
    expect(await ask("/auth", [`x-filler: ${"x".repeat(200_000)}`])).toBe(403);
    expect(await ask("/auth", [...Array.from({ length: 3_000 }, (_, at) => `x-filler-${at}: x`), LISTED])).toBe(403);
    expect(await ask("/auth x", [])).toBe(403);
  });

  it("answers HEAD without a body, and any method at /auth", async () => {
    const head = await fetch(`${base}/check?model=acme/listed-7b`, { method: "HEAD" });
    expect([head.status, head.headers.get("omla-verdict"), await head.text()]).toEqual([
      200,
      "deny; reason=LISTED; state=FRESH; sequence=1",
      "",
    ]);
    expect((await fetch(`${base}/auth?model=acme/listed-7b`, { method: "HEAD" })).status).toBe(403);
    expect((await fetch(`${base}/auth?model=acme/listed-7b`, { method: "DELETE" })).status).toBe(403);
  });

  it("lets a review and a request that names nothing pass at /auth, or refuses them where it is told to", async () => {
    expect((await fetch(`${base}/auth?domain=example.com`)).status).toBe(200);
    expect((await fetch(`${base}/auth`)).status).toBe(200);
    const strict = createSidecar(verifier, { onReview: "refuse" }).listen(0, "127.0.0.1");
    await once(strict, "listening");
    const url = `http://127.0.0.1:${(strict.address() as AddressInfo).port}`;
    expect((await fetch(`${url}/auth?domain=example.com`)).status).toBe(403);
    const nameless = await fetch(`${url}/auth?model=`, { headers: { "x-omla-model": "" } });
    expect([nameless.status, await nameless.json()]).toMatchObject([403, { code: "SUBJECT_MISSING" }]);
    expect((await fetch(`${url}/auth?model=acme/other`)).status).toBe(200);
    expect((await fetch(`${url}/check?domain=example.com`)).status).toBe(200);
    strict.closeAllConnections();
    strict.close();
  });

  it("says which question it understands", async () => {
    expect((await fetch(`${base}/check`)).status).toBe(400);
    expect((await fetch(`${base}/elsewhere`)).status).toBe(404);
    expect((await fetch(`${base}/check?model=x`, { method: "POST" })).status).toBe(405);
    expect(await (await fetch(`${base}/healthz`)).json()).toMatchObject({ state: "FRESH", sequence: 1 });
  });

  it("tells Prometheus how the list stands", async () => {
    const response = await fetch(`${base}/metrics`);
    expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    const lines = (await response.text()).split("\n");
    expect(lines).toContain('omla_list_state{state="FRESH"} 1');
    expect(lines).toContain("omla_list_sequence 1");
    expect(lines).toContain("omla_list_entries 2");
    // 2026-10-08T00:00:00Z
    expect(lines).toContain("omla_list_next_update_seconds 1791417600");
    expect(lines).toContain('omla_events_total{type="accepted"} 1');
    for (const line of lines.filter(Boolean))
      expect(line).toMatch(/^(# (HELP|TYPE) omla_\w+ \S.*|omla_\w+(\{\w+="\w+"\})? -?\d+(\.\d+)?)$/);
  });
});
