import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "../helpers/app.ts";

let test: TestApp;
let port: number;
beforeAll(async () => {
  test = await createTestApp();
  await test.app.listen({ port: 0, host: "127.0.0.1" });
  port = (test.app.server.address() as AddressInfo).port;
});
afterAll(() => test.close());

/** Sends bytes as they are, and gives all that comes back until the server hangs up. */
function send(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    let text = "";
    socket.on("data", (part) => (text += part.toString())).on("close", () => resolve(text));
    socket.on("error", reject);
  });
}

const BODY = "content-type: application/json\r\n";
const refusals: readonly (readonly [string, string, string, string])[] = [
  [
    "huge headers",
    `GET / HTTP/1.1\r\nhost: x\r\nx: ${"a".repeat(20_000)}\r\n\r\n`,
    "431 Request Header Fields Too Large",
    "HEADERS_TOO_LARGE",
  ],
  ["an unknown method", "FOO / HTTP/1.1\r\nhost: x\r\n\r\n", "400 Bad Request", "HTTP_INVALID"],
  [
    "a length beside chunks (request smuggling)",
    `POST /functions/v1/sign-in HTTP/1.1\r\nhost: x\r\n${BODY}content-length: 6\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nhost: x\r\n\r\n`,
    "400 Bad Request",
    "HTTP_INVALID",
  ],
  ["two lengths", `POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}x`, "400 Bad Request", "HTTP_INVALID"],
  ["lines without a carriage return", "GET /healthz HTTP/1.1\nhost: x\n\n", "400 Bad Request", "HTTP_INVALID"],
];

describe("what is no request", () => {
  it.each(refusals)(
    "%s: refused once in the form of all refusals, with the headers of every answer",
    async (_what, bytes, status, code) => {
      const answer = await send(bytes);
      expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status}\r\n`));
      expect(answer.match(/HTTP\/1\.1 \d{3}/g)).toHaveLength(1);
      const [head = "", body = ""] = answer.split("\r\n\r\n");
      const parsed = JSON.parse(body) as Record<string, unknown>;
      expect(parsed).toEqual({
        code,
        message: expect.any(String),
        details: null,
        hint: expect.any(String),
        request_id: expect.stringMatching(/^[0-9a-f]{24}$/),
      });
      for (const header of [
        "content-security-policy: default-src 'none'",
        "x-content-type-options: nosniff",
        "cache-control: no-store",
        "connection: close",
        `x-request-id: ${String(parsed["request_id"])}`,
        `content-length: ${Buffer.byteLength(body)}`,
      ])
        expect(head).toContain(header);
    },
  );
});

describe("a request without a route", () => {
  it("has the headers of every answer too", async () => {
    const { headers, body } = await test.get("/badge/%zz.svg");
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-request-id": (JSON.parse(body) as { request_id: string }).request_id,
    });
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
  });
});

describe("a packed body", () => {
  it("is refused by its encoding, whatever it holds", async () => {
    const answer = await test.app.inject({
      method: "POST",
      url: "/functions/v1/sign-in",
      headers: { "content-type": "application/json", "content-encoding": "gzip" },
      payload: gzipSync("{}"),
    });
    expect([answer.statusCode, answer.json().code]).toEqual([415, "CONTENT_ENCODING"]);
  });

  it("is read where it says that it is not packed", async () => {
    const answer = await test.post("/functions/v1/sign-in", {}, undefined, { "content-encoding": "identity" });
    expect(answer.statusCode).toBe(200);
  });
});
