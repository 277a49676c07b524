import { createGzip, gzipSync } from "node:zlib";
import type { ServerResponse } from "node:http";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createVerifier } from "../src/index.ts";
import { failureDelayMs, startDelayMs, successDelayMs } from "../src/refresh-delays.ts";
import { COMPANY, KEY, MODEL, NOW, publish } from "./publisher.ts";
import { useStage } from "./stage.ts";

const stage = useStage();
const BOMB = gzipSync(Buffer.alloc(16 * 1_048_576));
const JSON_TYPE = { "content-type": "application/json" };

/** Sends spaces for as long as anybody listens. */
function pour(response: ServerResponse): void {
  const chunk = Buffer.alloc(65_536, 32);
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
    if (!response.destroyed) response.once("drain", more);
  };
  more();
}

const BODIES: Record<string, [code: string, send: (response: ServerResponse) => void]> = {
  "endless body": ["HTTP_TOO_LARGE", (response) => pour(response.writeHead(200, JSON_TYPE))],
  "gzip bomb of 1000:1": ["HTTP_TOO_LARGE", (response) => response.writeHead(200, { ...JSON_TYPE, "content-encoding": "gzip" }).end(BOMB)],
  "endless gzip": [
    "HTTP_TOO_LARGE",
    (response) => {
      const zip = createGzip();
      zip.pipe(response.writeHead(200, { ...JSON_TYPE, "content-encoding": "gzip" }));
      const chunk = Buffer.alloc(65_536);
      const more = (): void => void (response.destroyed ? zip.destroy() : zip.write(chunk, more));
      more();
    },
  ],
  "slow drip": [
    "HTTP_TIMEOUT",
    (response) => {
      response.writeHead(200, JSON_TYPE);
      const timer = setInterval(() => response.write(" "), 20);
      response.once("close", () => clearInterval(timer));
    },
  ],
};

describe("group C: bodies", () => {
  it.each(Object.entries(BODIES))(
    "endless_data_abort: %s",
    async (_name, [code, send]) => {
      stage.registry.serve(await publish({ entries: [MODEL] }));
      const verifier = await stage.started({ maxBytes: 1_048_576, timeoutMs: code === "HTTP_TIMEOUT" ? 400 : 10_000 });
      await verifier.refresh();
      stage.registry.answer = (_request, response) => send(response);
      const before = process.memoryUsage().rss;
      expect(await verifier.refresh()).toEqual({ changed: false, state: "FRESH", code });
      // 64 MB for the verifier, and as much for the registry, which lives in this process too.
      expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1_048_576 * 2);
      expect(verifier.check({ model_id: MODEL.id }).action).toBe("deny");
    },
    20_000,
  );

  it.each([3_000, 200_000])("depth_bomb_fail: %d levels are a refusal, not a crash", async (levels) => {
    stage.registry.answer = (_request, response) =>
      response.writeHead(200, JSON_TYPE).end(`{"a":${"[".repeat(levels)}${"]".repeat(levels)}}`);
    const verifier = await stage.started();
    expect((await verifier.refresh()).code).toBe("LIST_NOT_CANONICAL");
  });

  it.each([
    ["canon_dupkey_fail", '{"a":1,"a":1}'],
    ["canon_bom_fail", '\ufeff{"a":1}'],
    ["canon_crlf_fail", '{"a":1}\r\n'],
    ["canon_reorder_fail", '{"b":1,"a":1}'],
    ["canon_float_fail", '{"a":1.0}'],
    ["canon_exp_fail", '{"a":1e2}'],
    ["canon_1e400_fail", '{"a":1e400}'],
    ["canon_negzero_fail", '{"a":-0}'],
    ["canon_2^53+1_fail", '{"a":9007199254740993}'],
    ["canon_escape_fail", '{"a":"\\u0041"}'],
    ["proto_key_fail", '{"__proto__":{}}'],
    ["canon_empty_fail", ""],
  ])("%s", async (_name, body) => {
    stage.registry.answer = (_request, response) => response.writeHead(200, JSON_TYPE).end(body);
    expect((await (await stage.started()).refresh()).code).toBe("LIST_NOT_CANONICAL");
  });

  it("canon_utf8_fail", async () => {
    stage.registry.answer = (_request, response) => response.writeHead(200, JSON_TYPE).end(Buffer.from([123, 34, 0xff, 34, 125]));
    expect((await (await stage.started()).refresh()).code).toBe("LIST_NOT_UTF8");
  });

  it.each([
    ["entry_count_mismatch_fail", (text: string) => text.replace('"entry_count":2', '"entry_count":3')],
    ["duplicate_entry_fail", (text: string) => text.replace(COMPANY.id, MODEL.id).replace('"commercial_user"', '"model"')],
    ["mixed_case_bech32_fail", (text: string) => text.replace("omla1rww", "omla1Rww")],
    ["bad_checksum_address_fail", (text: string) => text.replace("omla1rwwk", "omla1rwwq")],
  ])("%s", async (_name, change) => {
    const { raw } = await publish({ entries: [MODEL, COMPANY] });
    const text = new TextDecoder().decode(raw);
    expect(change(text)).not.toBe(text);
    stage.registry.answer = (_request, response) => response.writeHead(200, JSON_TYPE).end(change(text));
    expect((await (await stage.started()).refresh()).code).toBe("LIST_SCHEMA");
  });

  it("critical_unknown_fail", async () => {
    const { raw } = await publish({ entries: [MODEL] });
    const text = new TextDecoder().decode(raw).replace('"critical":[]', '"critical":["new_rule"]');
    stage.registry.answer = (_request, response) => response.writeHead(200, JSON_TYPE).end(text);
    expect((await (await stage.started()).refresh()).code).toBe("LIST_CRITICAL");
  });
});

const FAULTS: Record<string, [code: string, send: (response: ServerResponse) => unknown]> = {
  "status 500": ["HTTP_STATUS", (response) => response.writeHead(500, JSON_TYPE).end("{}")],
  "status 404": ["HTTP_STATUS", (response) => response.writeHead(404, JSON_TYPE).end("{}")],
  "a partial answer": ["HTTP_STATUS", (response) => response.writeHead(206, JSON_TYPE).end("{}")],
  "a page with status 200": ["HTTP_TYPE", (response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>")],
  "a truncated body": [
    "HTTP_UNREACHABLE",
    (response) => {
      response.writeHead(200, { ...JSON_TYPE, "content-length": "1000" }).write("{");
      setTimeout(() => response.destroy(), 20);
    },
  ],
  "a reset": ["HTTP_UNREACHABLE", (response) => (response.socket as import("node:net").Socket).resetAndDestroy()],
  "a redirect": ["HTTP_REDIRECT", (response) => response.writeHead(301, { location: "https://elsewhere.example/" }).end()],
};

describe("group D: the network", () => {
  afterEach(() => void vi.useRealTimers());

  it.each(Object.entries(FAULTS))("http_faults: %s leaves everything as it was", async (_name, [code, send]) => {
    stage.registry.serve(await publish({ entries: [MODEL] }));
    const verifier = await stage.started();
    await verifier.refresh();
    const { sequence, digest } = verifier.status();
    stage.registry.answer = (_request, response) => void send(response);
    expect(await verifier.refresh()).toEqual({ changed: false, state: "FRESH", code });
    expect(verifier.status()).toMatchObject({ sequence, digest, failures: 1, last_error: { code } });
  });

  it.each([
    ["no such name", "getaddrinfo ENOTFOUND"],
    ["a certificate that does not hold", "self-signed certificate"],
  ])("http_faults: %s", async (_name, message) => {
    const verifier = await stage.started({ fetch: () => Promise.reject(new TypeError("fetch failed", { cause: new Error(message) })) });
    expect(await verifier.refresh()).toEqual({ changed: false, state: "NONE", code: "HTTP_UNREACHABLE" });
  });

  it("http_faults: backs off as the formula says, by the minute", async () => {
    vi.useFakeTimers();
    const asked: number[] = [];
    const fetch = (input: string | URL | Request): Promise<Response> => {
      if (!String(input).includes("keys")) asked.push(Date.now());
      return Promise.reject(new TypeError("down"));
    };
    const verifier = createVerifier({ url: stage.registry.url, keys: [KEY], clock: () => NOW, random: () => 0.5, fetch });
    await verifier.ready;
    for (let hour = 0; hour < 40; hour += 1) await vi.advanceTimersByTimeAsync(3_600_000);
    verifier.close();
    // 15 minutes · 2^(N−1) · 1.5, at most six hours.
    const minutes = asked.slice(1).map((time, at) => (time - (asked[at] ?? 0)) / 60_000);
    expect(minutes.slice(0, 7)).toEqual([22.5, 45, 90, 180, 360, 360, 360]);
  });

  it("http_faults: delays stay in their bounds for any jitter and number of failures", () => {
    fc.assert(
      fc.property(fc.nat({ max: 5_000 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (failures, jitter) => {
        const plain = Math.min(2 ** failures * 900_000, 21_600_000);
        const delay = failureDelayMs(failures + 1, () => jitter);
        expect(delay).toBeGreaterThanOrEqual(plain);
        expect(delay).toBeLessThanOrEqual(Math.min(2 * plain, 21_600_000));
        expect(Math.abs(successDelayMs(21_600_000, () => jitter) - 21_600_000)).toBeLessThanOrEqual(0.2 * 21_600_000 + 1);
        expect(startDelayMs(true, () => jitter)).toBeLessThan(60_000);
        expect(startDelayMs(false, () => jitter)).toBe(0);
      }),
    );
  });
});

describe("group D: asking while a list is loaded", () => {
  it("check_never_blocks, swap_atomic: answers from one list or the other, never from both, and never throws", async () => {
    const many = (letter: string) =>
      Array.from({ length: 4_000 }, (_, at) => ({
        ...COMPANY,
        case: letter,
        id: `00000000-0000-4000-8000-${String(at).padStart(12, "0")}`,
        domains: [`x${at}.example`],
      }));
    const first = await publish({ entries: [...many("A"), { ...MODEL, case: "A" }] });
    stage.registry.serve(first);
    const verifier = await stage.started();
    await verifier.refresh();
    stage.registry.serve(await publish({ entries: [...many("B"), { ...MODEL, case: "B" }] }, { previous: first }));
    const seen = new Set<string>();
    let isDone = false;
    const refreshing = verifier.refresh().finally(() => {
      isDone = true;
    });
    let turns = 0;
    while (!isDone) {
      turns += 1;
      const { matches, sequence } = verifier.check({ model_id: MODEL.id, domain: `x${turns % 4_000}.example` });
      seen.add(`${sequence} ${matches.map((match) => match.case).join("")}`);
      await new Promise(setImmediate);
    }
    await refreshing;
    expect(verifier.check({ model_id: MODEL.id }).sequence).toBe(2);
    expect([...seen].every((answer) => answer === "1 AA" || answer === "2 BB")).toBe(true);
    expect(turns).toBeGreaterThan(3);
  });

  it("check_never_blocks: no input makes it throw", async () => {
    stage.registry.serve(await publish({ entries: [MODEL, COMPANY] }));
    const verifier = await stage.started({ aliases: { "a/b": MODEL.id } });
    await verifier.refresh();
    const members = fc.constantFrom("model_id", "address", "sha256", "commercial_user_id", "domain", "location", "model");
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.dictionary(members, fc.oneof(fc.anything(), fc.string({ unit: "binary" })))), (subject) => {
        expect(["allow", "deny", "review"]).toContain(verifier.check(subject as never).action);
      }),
    );
  });
});
