import {
  createClient,
  type ClientOptions,
  OmlaAccessError,
  OmlaError,
  OmlaInputError,
  OmlaUnavailableError,
  OmlaVersionError,
} from "@omla/sdk";
import { createServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { API_KEY, listen, RECEIPT, sendJson } from "./listener.ts";

const NIL = { quarter: "2026-Q3", entries: [] };
const COMPANY = { company_name: "Example", contact_email: "a@example.com" };

function client(url: string, options: Partial<ClientOptions> = {}): ReturnType<typeof createClient> {
  return createClient({ url, apiKey: API_KEY, retryDelayMs: 1, random: () => 0, ...options });
}

async function caught(promise: Promise<unknown>): Promise<OmlaError> {
  return promise.then(
    () => expect.fail("it was not refused"),
    (error: unknown) => {
      expect(error).toBeInstanceOf(OmlaError);
      return error as OmlaError;
    },
  );
}

describe("repetition", () => {
  it("repeats a keyed call after 503 with the same key and request id", async () => {
    const { url, seen } = await listen((_, response, count) =>
      count < 3 ? sendJson(response, 503, { code: "BUSY", message: "busy" }) : sendJson(response, 201, RECEIPT),
    );
    await client(url).report(NIL);
    expect(seen).toHaveLength(3);
    expect(new Set(seen.map(({ headers }) => `${headers["idempotency-key"]} ${headers["x-request-id"]}`)).size).toBe(1);
  });

  it("waits as long as Retry-After says", async () => {
    const { url } = await listen((_, response, count) =>
      count === 1
        ? sendJson(response, 429, { code: "RATE_LIMITED", message: "slow" }, { "retry-after": "1" })
        : sendJson(response, 201, RECEIPT),
    );
    const startedMs = performance.now();
    await client(url).report(NIL);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(990);
  });

  it("hands a long Retry-After to the caller instead of waiting", async () => {
    const { url, seen } = await listen((_, response) =>
      sendJson(response, 429, { code: "RATE_LIMITED", message: "slow" }, { "retry-after": "3600" }),
    );
    const error = await caught(client(url).report(NIL));
    expect(seen).toHaveLength(1);
    expect(error).toBeInstanceOf(OmlaUnavailableError);
    expect(error).toMatchObject({ code: "RATE_LIMITED", retryAfterMs: 3_600_000 });
  });

  it("never repeats a call without a key, and says to look first", async () => {
    const { url, seen } = await listen((_, response) => response.socket?.destroy());
    const error = await caught(client(url).companies.register(COMPANY));
    expect(seen).toHaveLength(1);
    expect(error.hint).toContain("look before");
  });

  it("repeats what only reads", async () => {
    const { url, seen } = await listen((_, response, count) =>
      count === 1 ? response.socket?.destroy() : sendJson(response, 200, { ...RECEIPT, submission_id: null }),
    );
    await client(url).quote(NIL);
    expect(seen).toHaveLength(2);
  });

  it("does not repeat a refusal", async () => {
    const { url, seen } = await listen((_, response) =>
      sendJson(response, 422, {
        code: "QUARTER_NOT_BEGUN",
        message: "2027-Q1 has not begun",
        details: { path: "quarter" },
        hint: "Wait.",
        request_id: "r",
      }),
    );
    const error = await caught(client(url).report({ quarter: "2027-Q1", entries: [] }));
    expect(error).toBeInstanceOf(OmlaInputError);
    expect(error).toMatchObject({ code: "QUARTER_NOT_BEGUN", path: "quarter", requestId: "r" });
    expect(seen).toHaveLength(1);
  });

  it("gives up after the set number of repetitions", async () => {
    const { url, seen } = await listen((_, response) => sendJson(response, 502, {}));
    const error = await caught(client(url, { retries: 2 }).report(NIL));
    expect(seen).toHaveLength(3);
    expect(error).toMatchObject({ code: "REGISTRY_UNAVAILABLE" });
  });
});

describe("a connection that fails", () => {
  it("in the middle of the answer is repeated, and then named as such", async () => {
    const { url, seen } = await listen((_, response) => {
      response.writeHead(201, { "content-type": "application/json", "content-length": "5000" });
      response.write('{"submission_id":');
      setTimeout(() => response.destroy(), 5);
    });
    const error = await caught(client(url, { retries: 1 }).report(NIL));
    expect(seen).toHaveLength(2);
    expect(error).toBeInstanceOf(OmlaUnavailableError);
    expect(error.code).toBe("NETWORK_INTERRUPTED");
    expect(error.hint).toContain("counts once");
  });

  it("because nothing listens says so", async () => {
    const error = await caught(client("http://127.0.0.1:9", { retries: 0 }).report(NIL));
    expect(error).toMatchObject({ code: "NETWORK_UNREACHABLE" });
    expect(error.message).toContain("127.0.0.1:9");
  });

  it("because the name does not resolve says so", async () => {
    const error = await caught(client("https://registry.invalid", { retries: 0 }).report(NIL));
    expect(error.code).toBe("NETWORK_UNREACHABLE");
    expect(error.message).toContain("does not resolve");
  });

  it("because it stays silent is a time-out", async () => {
    const silent = createServer((socket) => socket.on("error", () => undefined));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as { port: number };
    const error = await caught(client(`http://127.0.0.1:${port}`, { retries: 1, timeoutMs: 50 }).report(NIL));
    expect(error).toMatchObject({ code: "TIMEOUT" });
    expect(error.message).toContain("50 ms");
  });

  it("ends at once when the caller aborts, with the caller's reason", async () => {
    const { url } = await listen((_, response) => sendJson(response, 503, {}, { "retry-after": "20" }));
    const reason = new Error("the job is over");
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 30);
    await expect(client(url).report(NIL, { signal: controller.signal })).rejects.toBe(reason);
    await expect(client(url).report(NIL, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe("an answer that is not a registry's of this version", () => {
  it.each([
    [
      "a web page",
      (response: import("node:http").ServerResponse) => response.writeHead(200, { "content-type": "text/html" }).end("<html>"),
      "ANSWER_FOREIGN",
    ],
    [
      "a function that it does not have",
      (response: import("node:http").ServerResponse) => response.writeHead(404, { "content-type": "text/plain" }).end("not found"),
      "ANSWER_FOREIGN",
    ],
    [
      "a redirect",
      (response: import("node:http").ServerResponse) => response.writeHead(302, { location: "https://elsewhere.example/" }).end(),
      "REGISTRY_MOVED",
    ],
    [
      "a receipt without its total",
      (response: import("node:http").ServerResponse) => sendJson(response, 201, { ...RECEIPT, royalty_usd: undefined }),
      "ANSWER_SHAPE",
    ],
    [
      "a total that is a number",
      (response: import("node:http").ServerResponse) => sendJson(response, 201, { ...RECEIPT, royalty_usd: 300 }),
      "ANSWER_SHAPE",
    ],
    [
      "a line without its pool",
      (response: import("node:http").ServerResponse) => sendJson(response, 201, { ...RECEIPT, lines: [{ entry: "entries[0]" }] }),
      "ANSWER_SHAPE",
    ],
    [
      "an answer without end",
      (response: import("node:http").ServerResponse) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.on("error", () => undefined);
        const more = (): void =>
          void (response.destroyed || !response.write(" ".repeat(1 << 20)) ? response.once("drain", more) : setImmediate(more));
        more();
      },
      "ANSWER_TOO_LARGE",
    ],
  ])("%s", async (_, answer, code) => {
    const { url } = await listen((_seen, response) => void answer(response));
    const error = await caught(client(url, { retries: 0 }).report(NIL));
    expect(error).toBeInstanceOf(OmlaVersionError);
    expect(error.code).toBe(code);
    expect(error.hint ?? "").not.toBe("");
  });

  it("does not follow a redirect with the key", async () => {
    const other = await listen((_, response) => sendJson(response, 201, RECEIPT));
    const { url } = await listen((_, response) => response.writeHead(307, { location: other.url }).end());
    await caught(client(url).report(NIL));
    expect(other.seen).toHaveLength(0);
  });
});

describe("a wrong clock", () => {
  it("shows in the hint of a refusal", async () => {
    const { url } = await listen((_, response) =>
      sendJson(response, 422, { code: "QUARTER_NOT_BEGUN", message: "it has not begun", details: null, hint: "Wait.", request_id: null }),
    );
    const ahead = client(url, { now: () => new Date(Date.now() + 7_200_000) });
    const error = await caught(ahead.report(NIL));
    expect(error.hint).toContain("120 minutes ahead of the registry's");
    expect((await caught(client(url).report(NIL))).hint).toBe("Wait.");
  });
});

describe("the registry's address", () => {
  it.each([
    ["registry.example", "CONFIG_URL"],
    ["ftp://registry.example", "CONFIG_URL"],
    ["https://user:secret@registry.example", "CONFIG_URL"],
    ["http://registry.example", "CONFIG_URL_INSECURE"],
  ])("%s is refused with %s", (url, code) => {
    expect(() => createClient({ url })).toThrow(expect.objectContaining({ code }) as Error);
    expect(() => createClient({ url })).not.toThrow(/secret/);
  });

  it("may be http inside a trusted network when that is said", () => {
    expect(() => createClient({ url: "http://registry.internal:8080/", allowHttp: true })).not.toThrow();
  });

  it("may carry a path and a slash at its end", async () => {
    const { url, seen } = await listen((_, response) => sendJson(response, 201, RECEIPT));
    await client(`${url}/omla/`).report(NIL);
    expect(seen[0]?.url).toBe("/omla/functions/v1/submit-report");
  });
});

describe("who must act", () => {
  it.each([
    [401, "KEY_REVOKED", OmlaAccessError],
    [403, "SCOPE", OmlaAccessError],
    [404, "MODEL_NOT_FOUND", OmlaInputError],
    [404, "ROUTE_NOT_FOUND", OmlaVersionError],
    [404, "PGRST202", OmlaVersionError],
    [413, "BODY_TOO_LARGE", OmlaInputError],
    [500, "INTERNAL", OmlaUnavailableError],
  ])("a refusal %s %s is a matter of its class", async (status, code, Class) => {
    const { url } = await listen((_, response) =>
      sendJson(response, status, { code, message: "no", details: null, hint: null, request_id: "r-9" }),
    );
    const error = await caught(client(url, { retries: 0 }).report(NIL));
    expect(error.constructor).toBe(Class);
    expect(error.requestId).toBe("r-9");
  });
});
