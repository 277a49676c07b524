import { once } from "node:events";
import type { AddressInfo } from "node:net";
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
