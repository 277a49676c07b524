import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createVerifier, type VerifierEvent, type VerifierOptions } from "../src/index.ts";
import { COMPANY, DAY_MS, type FakeRegistry, KEY, MODEL, NOW, publish, startRegistry } from "./publisher.ts";

let registry: FakeRegistry;
let folder: string;
let now: Date;
let events: VerifierEvent[];

beforeEach(async () => {
  registry = await startRegistry();
  folder = await mkdtemp(join(tmpdir(), "omla-verifier-"));
  now = NOW;
  events = [];
});

afterEach(async () => {
  await registry.close();
  await rm(folder, { recursive: true });
});

async function started(options: Partial<VerifierOptions> = {}) {
  const verifier = createVerifier({
    url: registry.url,
    keys: [KEY],
    refreshMs: 0,
    clock: () => now,
    onEvent: (event) => events.push(event),
    ...options,
  });
  await verifier.ready;
  return verifier;
}

describe("a verifier with a signed list", () => {
  beforeEach(async () => registry.serve(await publish({ entries: [MODEL, COMPANY] })));

  it("denies a listed model by each of its names, and allows another", async () => {
    const verifier = await started({ aliases: { "house/name": MODEL.id } });
    expect(await verifier.refresh()).toEqual({ changed: true, state: "FRESH" });
    const names = [
      { model_id: MODEL.id },
      { model_id: MODEL.id.toUpperCase() },
      { address: MODEL.address },
      { sha256: MODEL.sha256?.[0] },
      { location: "https://huggingface.co/acme/listed-7b/resolve/main/model.safetensors?download=true" },
      { model: "acme/Listed-7B" },
      { model: "house/name" },
      { model: "House/Name" },
      { model: "huggingface.co/Acme/Listed-7B" },
      { model: MODEL.address },
    ];
    for (const name of names)
      expect(verifier.check(name), JSON.stringify(name)).toMatchObject({ action: "deny", listed: true, reason: "LISTED", sequence: 1 });
    expect(verifier.check({ model_id: MODEL.id.replace("1b", "1c") })).toMatchObject({
      action: "allow",
      listed: false,
      matches: [],
      reason: "NOT_LISTED",
    });
  });

  it("asks for a review of a customer that is listed with a warning, by its domain or one below it", async () => {
    const verifier = await started();
    await verifier.refresh();
    expect(verifier.check({ domain: "API.Example.com." })).toMatchObject({
      action: "review",
      reason: "LISTED_WARN",
      matches: [{ matched_by: "domain", case: "C-2026-0057" }],
    });
    expect(verifier.check({ domain: "notexample.com" }).action).toBe("allow");
    expect(verifier.check({ domain: "com" }).action).toBe("allow");
  });

  it("keeps the model and company ids apart", async () => {
    const verifier = await started();
    await verifier.refresh();
    expect(verifier.check({ commercial_user_id: MODEL.id }).listed).toBe(false);
    expect(verifier.check({ commercial_user_id: COMPANY.id }).listed).toBe(true);
  });

  it("answers from the disk after a restart while the registry is down", async () => {
    const store = join(folder, "list.omla");
    await (await started({ store })).refresh();
    registry.answer = (_request, response) => response.destroy();
    const again = await started({ store });
    expect(again.check({ model_id: MODEL.id }).action).toBe("deny");
    expect(again.status()).toMatchObject({ source: "disk", sequence: 1, state: "FRESH" });
    expect(await again.refresh()).toEqual({ changed: false, state: "FRESH", code: "HTTP_UNREACHABLE" });
  });

  it("does not trust a list on disk that was changed, and one that is torn", async () => {
    const store = join(folder, "list.omla");
    await (await started({ store })).refresh();
    const kept = await readFile(store);
    for (const damaged of [kept.subarray(0, kept.length - 40), Buffer.from(kept.toString().replace("C-2026-0041", "C-2026-0042"))]) {
      await writeFile(store, damaged);
      expect((await started({ store })).status().state).toBe("NONE");
    }
  });

  it("does not become younger by a 304", async () => {
    const verifier = await started();
    await verifier.refresh();
    now = new Date(NOW.getTime() + 10 * DAY_MS);
    expect(await verifier.refresh()).toEqual({ changed: false, state: "STALE" });
    expect(registry.requests.at(-1)?.etag).toBeDefined();
    now = new Date(NOW.getTime() + 107 * DAY_MS);
    expect(await verifier.refresh()).toEqual({ changed: false, state: "EXPIRED" });
  });

  it("stays expired when the clock is set back", async () => {
    const verifier = await started();
    await verifier.refresh();
    now = new Date(NOW.getTime() + 107 * DAY_MS);
    expect(verifier.check({}).state).toBe("EXPIRED");
    now = NOW;
    expect(verifier.check({}).state).toBe("EXPIRED");
    expect(events.at(-1)).toMatchObject({ type: "clock_rollback", alarm: true });
  });
});

describe("a list that must not be accepted", () => {
  it.each([
    ["an older one", "LIST_ROLLBACK", async (first: Awaited<ReturnType<typeof publish>>) => ({ ...first, digest: "other" })],
    [
      "another one of the same number",
      "LIST_EQUIVOCATION",
      async (_first: unknown, second: Awaited<ReturnType<typeof publish>>) =>
        publish({ sequence: second.sequence, prev_sha256: "ab".repeat(32) }),
    ],
    [
      "one with the placeholder for a signature",
      "LIST_DOWNGRADE",
      async () => publish({ sequence: 3, prev_sha256: "ab".repeat(32) }, { seeds: [] }),
    ],
    [
      "one that another key has signed",
      "LIST_THRESHOLD",
      async () => publish({ sequence: 3, prev_sha256: "ab".repeat(32) }, { seeds: [new Uint8Array(32).fill(9)] }),
    ],
  ])("%s is refused and the last good one goes on answering", async (_name, code, make) => {
    const first = await publish({ entries: [COMPANY] });
    const second = await publish({ entries: [MODEL] }, { previous: first });
    registry.serve(second);
    const verifier = await started();
    await verifier.refresh();
    registry.serve(await make(first, second));
    expect(await verifier.refresh()).toEqual({ changed: false, state: "FRESH", code });
    expect(verifier.check({ model_id: MODEL.id })).toMatchObject({ action: "deny", sequence: 2 });
    expect(events.at(-1)).toMatchObject({ type: "refused", alarm: true, code });
  });

  it.each([
    ["an error", "HTTP_STATUS", (response: import("node:http").ServerResponse) => response.writeHead(500).end("{}")],
    [
      "a redirect",
      "HTTP_REDIRECT",
      (response: import("node:http").ServerResponse) => response.writeHead(302, { location: "/elsewhere" }).end(),
    ],
    [
      "a page",
      "HTTP_TYPE",
      (response: import("node:http").ServerResponse) => response.writeHead(200, { "content-type": "text/html" }).end("<p>"),
    ],
    [
      "too much",
      "HTTP_TOO_LARGE",
      (response: import("node:http").ServerResponse) =>
        response.writeHead(200, { "content-type": "application/json" }).end("x".repeat(70_000)),
    ],
    [
      "nothing for too long",
      "HTTP_TIMEOUT",
      (response: import("node:http").ServerResponse) => response.writeHead(200, { "content-type": "application/json" }).write("{"),
    ],
  ])("an answer of %s changes nothing", async (_name, code, answer) => {
    registry.serve(await publish({ entries: [MODEL] }));
    const verifier = await started({ maxBytes: 65_536, timeoutMs: 400 });
    await verifier.refresh();
    registry.answer = (_request, response) => void answer(response);
    expect(await verifier.refresh()).toEqual({ changed: false, state: "FRESH", code });
    expect(verifier.check({ model_id: MODEL.id }).action).toBe("deny");
  });
});

describe("the breaker", () => {
  const { kind, reason, since, enforce } = MODEL;
  const many = (count: number) =>
    Array.from({ length: count }, (_, number) => ({
      kind,
      reason,
      since,
      enforce,
      case: "C-1",
      id: `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`,
    }));

  it("holds a mass listing back until the operator confirms it", async () => {
    const first = await publish({ entries: [MODEL] });
    registry.serve(first);
    const verifier = await started();
    await verifier.refresh();
    registry.serve(await publish({ entries: [MODEL, ...many(51)] }, { previous: first }));
    expect((await verifier.refresh()).code).toBe("LIST_HELD_BACK");
    expect(verifier.status().sequence).toBe(1);
    expect(await verifier.confirm()).toEqual({ changed: true, state: "FRESH" });
    expect(verifier.status().sequence).toBe(2);
  });

  it("accepts it by itself after a day", async () => {
    const first = await publish({ entries: [MODEL] });
    registry.serve(first);
    const verifier = await started();
    await verifier.refresh();
    registry.serve(await publish({ entries: many(60) }, { previous: first }));
    await verifier.refresh();
    now = new Date(NOW.getTime() + DAY_MS);
    expect((await verifier.refresh()).changed).toBe(true);
  });

  it("accepts it after a day also where the registry has published anew in the meantime", async () => {
    const first = await publish({ entries: [MODEL] });
    registry.serve(first);
    const verifier = await started();
    await verifier.refresh();
    const second = await publish({ entries: many(60) }, { previous: first });
    registry.serve(second);
    expect((await verifier.refresh()).code).toBe("LIST_HELD_BACK");
    registry.serve(await publish({ entries: many(61) }, { previous: second }));
    now = new Date(NOW.getTime() + DAY_MS / 2);
    expect((await verifier.refresh()).code).toBe("LIST_HELD_BACK");
    now = new Date(NOW.getTime() + DAY_MS);
    expect((await verifier.refresh()).changed).toBe(true);
    expect(verifier.status().sequence).toBe(3);
  });

  it("goes on counting the day after a restart: a process that lives for an hour must not hold a list back for ever", async () => {
    const first = await publish({ entries: [MODEL] });
    registry.serve(first);
    const store = join(folder, "list");
    await (await started({ store })).refresh();
    registry.serve(await publish({ entries: many(60) }, { previous: first }));
    for (const hours of [0, 8, 16]) {
      now = new Date(NOW.getTime() + hours * 3_600_000);
      expect((await (await started({ store })).refresh()).code).toBe("LIST_HELD_BACK");
    }
    now = new Date(NOW.getTime() + DAY_MS);
    const verifier = await started({ store });
    expect((await verifier.refresh()).changed).toBe(true);
    expect(verifier.status().sequence).toBe(2);
    expect(await readFile(store, "utf8")).not.toContain("held_back_since_ms");
  });

  it("holds back a list that turns many warnings into denials", async () => {
    const warnings = many(60).map((entry) => ({ ...entry, enforce: "warn" as const }));
    const first = await publish({ entries: warnings });
    registry.serve(first);
    const verifier = await started();
    await verifier.refresh();
    registry.serve(await publish({ entries: many(60) }, { previous: first }));
    expect((await verifier.refresh()).code).toBe("LIST_HELD_BACK");
    expect(verifier.check({ model_id: warnings[0]?.id }).action).toBe("review");
  });
});

describe("a verifier without authority or without a list", () => {
  it("never denies from an unsigned list", async () => {
    registry.serve(await publish({ entries: [MODEL] }, { seeds: [] }));
    const verifier = await started({ keys: [] });
    await verifier.refresh();
    expect(verifier.check({ model_id: MODEL.id })).toMatchObject({ action: "review", advisory: true, state: "ADVISORY", listed: true });
    const eager = await started({ keys: [], policy: () => ({ action: "deny", reason: "LISTED" }) });
    await eager.refresh();
    expect(eager.check({ model_id: MODEL.id }).action).toBe("review");
  });

  it("lets a gateway go on and asks a payment processor to look", async () => {
    expect((await started()).check({ model_id: MODEL.id })).toMatchObject({
      action: "allow",
      state: "NONE",
      reason: "NO_LIST",
      sequence: null,
    });
    expect((await started({ policy: "payments" })).check({ domain: "example.com" })).toMatchObject({ action: "review", reason: "NO_LIST" });
  });

  it("answers whatever it is given, without throwing", async () => {
    registry.serve(await publish({ entries: [MODEL] }));
    const verifier = await started();
    await verifier.refresh();
    for (const garbage of [
      null,
      undefined,
      1,
      "x",
      [],
      { model_id: 5 },
      { domain: "\u0000" },
      { location: "/".repeat(5_000) },
      { model: "x".repeat(100_000) },
    ]) {
      expect(verifier.check(garbage as never).action).toBe("allow");
    }
  });

  it("answers by what it can read of a subject whose other names throw, and by its policy where that is nothing", async () => {
    registry.serve(await publish({ entries: [MODEL] }));
    const broken = {
      get domain(): string {
        throw new URIError("malformed");
      },
    };
    const answers = [];
    for (const policy of ["gateway", "payments"] as const) {
      const verifier = await started({ policy });
      await verifier.refresh();
      const listed = Object.defineProperty({ model_id: MODEL.id }, "domain", Object.getOwnPropertyDescriptor(broken, "domain") ?? {});
      for (const subject of [listed, broken]) answers.push(verifier.check(subject).action);
    }
    expect(answers).toEqual(["deny", "allow", "deny", "review"]);
  });

  it("answers when the operator's clock throws or shows no moment, and lets an old list expire all the same", async () => {
    registry.serve(await publish({ entries: [MODEL] }, { now: new Date("2019-01-01T00:00:00Z") }));
    for (const broken of [() => new Date(NaN), () => undefined as never]) {
      let clock = (): Date => new Date("2019-01-01T00:00:00Z");
      const verifier = await started({ clock: () => clock() });
      await verifier.refresh();
      expect(verifier.check({ model_id: MODEL.id })).toMatchObject({ action: "deny", state: "FRESH" });
      clock = broken;
      expect(verifier.check({ model_id: MODEL.id })).toMatchObject({ action: "review", state: "EXPIRED" });
    }
  });

  it("does not let a list that has expired while the registry was away revive after a restart with a clock that was set back", async () => {
    registry.serve(await publish({ entries: [MODEL] }));
    const store = join(folder, "list");
    await (await started({ store })).refresh();
    registry.answer = (_request, response) => response.writeHead(503).end();
    now = new Date(NOW.getTime() + 119 * DAY_MS);
    const verifier = await started({ store });
    await verifier.refresh();
    expect(verifier.status().state).toBe("EXPIRED");
    now = NOW;
    const restarted = await started({ store });
    expect(restarted.status().state).toBe("EXPIRED");
    expect(events.map(({ code }) => code)).toContain("CLOCK_ROLLBACK");
  });

  it("outlives a listener that fails later", async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", note);
    const verifier = await started({ onEvent: async () => Promise.reject(new Error("the pager is down")) });
    await verifier.refresh();
    await new Promise((resolve) => setTimeout(resolve, 10));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  it("takes what is usual for an option that is given as undefined", async () => {
    registry.serve(await publish({ entries: [MODEL] }));
    const unsaid = { refreshMs: undefined, policy: undefined, threshold: undefined, maxBytes: undefined, fetch: undefined };
    const verifier = await started(unsaid as unknown as Partial<VerifierOptions>);
    await new Promise((resolve) => setTimeout(resolve, 100));
    verifier.close();
    expect(verifier.check({ model_id: MODEL.id })).toMatchObject({ action: "deny", reason: "LISTED" });
    expect(registry.requests).toHaveLength(1);
  });

  it("refuses options that cannot work, at once", () => {
    const make = (options: Partial<VerifierOptions>) => () => createVerifier({ url: registry.url, keys: [KEY], ...options });
    expect(make({ url: "http://registry.example/list" })).toThrow(expect.objectContaining({ code: "CONFIG_URL" }));
    expect(make({ keys: ["abc"] })).toThrow(expect.objectContaining({ code: "CONFIG_KEYS", path: "keys[0]" }));
    expect(make({ threshold: 2 })).toThrow(expect.objectContaining({ code: "CONFIG_KEYS", path: "threshold" }));
    expect(make({ policy: "open" as never })).toThrow(expect.objectContaining({ code: "CONFIG_POLICY" }));
  });
});
