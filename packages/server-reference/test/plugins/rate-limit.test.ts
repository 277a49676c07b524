import { buildMutation, signDocument } from "@omla/sdk/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApiKey, parseApiKey } from "../../src/credentials/api-key.ts";
import { clientNetwork } from "../../src/plugins/client-network.ts";
import { createTestApp, REGISTRY, type TestApp } from "../helpers/app.ts";
import { START } from "../helpers/clock.ts";
import { registerCompany, registerModel, signModel } from "../helpers/factories.ts";

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp({ rates: true });
});
afterAll(() => test.close());

const register = async (remoteAddress: string, headers: Record<string, string> = {}): Promise<number> => {
  const { document } = await signModel();
  const answer = await test.app.inject({
    method: "POST",
    url: "/functions/v1/register-model",
    payload: { document },
    remoteAddress,
    headers,
  });
  return answer.statusCode;
};

async function send(action: string, payload: object, remoteAddress: string, headers: Record<string, string> = {}): Promise<number> {
  return (await test.app.inject({ method: "POST", url: `/functions/v1/${action}`, payload, headers, remoteAddress })).statusCode;
}

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** A well-formed live key of somebody who knows the id of a key, and not its secret. */
function wrongSecretOf(keyId: string): string {
  const given = [Uint8Array.from(keyId, (letter) => ALPHABET.indexOf(letter))];
  return createApiKey(true, (length) => given.pop() ?? crypto.getRandomValues(new Uint8Array(length))).text;
}

const due = (key: string, remoteAddress = "192.0.2.44"): Promise<number> =>
  send("due", {}, remoteAddress, { authorization: `Bearer ${key}` });

describe("a rate", () => {
  it("lets three registrations a day through per address, and says when the next one may come", async () => {
    for (let at = 0; at < 3; at += 1) expect(await register("192.0.2.1")).toBe(201);
    const { document } = await signModel();
    test.clock.advance({ hours: 1 });
    const answer = await test.app.inject({
      method: "POST",
      url: "/functions/v1/register-model",
      payload: { document },
      remoteAddress: "192.0.2.1",
    });
    expect(answer.statusCode).toBe(429);
    // The window began with the first one, an hour ago.
    expect(answer.headers["retry-after"]).toBe(String(23 * 3_600));
    expect(answer.json()).toMatchObject({ code: "RATE_LIMITED", hint: expect.stringContaining("Retry-After") });
    expect(await register("192.0.2.2")).toBe(201);
    test.clock.advance({ hours: 23 });
    expect(await register("192.0.2.1")).toBe(201);
  });

  it("is not escaped by a forwarded address that nobody vouches for (rate_limit_spoofed_xff)", async () => {
    for (let at = 0; at < 3; at += 1) expect(await register("192.0.2.3", { "x-forwarded-for": `198.51.100.${at}` })).toBe(201);
    expect(await register("192.0.2.3", { "x-forwarded-for": "198.51.100.77" })).toBe(429);
  });

  it("counts an IPv6 subscriber's whole /64 as one (ipv6_/64)", async () => {
    for (let at = 0; at < 3; at += 1) expect(await register(`2001:db8:1:2::${at + 1}`)).toBe(201);
    expect(await register("2001:db8:1:2:ffff:ffff:ffff:ffff")).toBe(429);
    expect(await register("2001:db8:1:3::1")).toBe(201);
  });
});

describe("a network that keeps failing", () => {
  it("is stopped after ten wrong keys in a minute, while a company that is known goes on", async () => {
    const { api_key } = await registerCompany(test);
    const wrong = (): string => createApiKey(true, (length) => crypto.getRandomValues(new Uint8Array(length))).text;
    expect(await due(api_key)).toBe(200);
    for (let at = 0; at < 10; at += 1) expect(await due(wrong())).toBe(401);
    expect(await due(wrong())).toBe(429);
    expect(await due(wrong(), "192.0.2.45")).toBe(401);
    // Its key matched within the last minute, so nothing has to be computed for it.
    expect(await due(api_key)).toBe(200);
    test.clock.advance({ minutes: 1 });
    expect(await due(wrong())).toBe(401);
  });
});

describe("a key", () => {
  it("is stopped after twenty wrong secrets in an hour from one network, and goes on from every other", async () => {
    const { api_key } = await registerCompany(test);
    const { keyId } = parseApiKey(api_key) ?? {};
    const wrong = wrongSecretOf(String(keyId));
    for (let minute = 0; minute < 2; minute += 1) {
      for (let at = 0; at < 10; at += 1) expect(await due(wrong, "192.0.2.60")).toBe(401);
      test.clock.advance({ minutes: 1 });
    }
    expect(await due(wrong, "192.0.2.60")).toBe(429);
    // The same network may still try another key, and whoever holds this one comes from elsewhere.
    expect(await due(wrongSecretOf("abcdefghij"), "192.0.2.60")).toBe(401);
    expect(await due(api_key, "192.0.2.61")).toBe(200);
    test.clock.advance({ hours: 1 });
    expect(await due(wrong, "192.0.2.60")).toBe(401);
  });

  it("of a company changes no more than thirty times an hour, from however many networks", async () => {
    const { api_key } = await registerCompany(test);
    const revoke = (at: number): Promise<number> => send("revoke-api-key", {}, `203.0.113.${at}`, { authorization: `Bearer ${api_key}` });
    for (let at = 0; at < 30; at += 1) expect(await revoke(at)).toBe(400);
    expect(await revoke(30)).toBe(429);
  });

  it("of a model changes no more than thirty times an hour, and whoever sends its old documents again does not use that up", async () => {
    const { model_id, keys } = await registerModel(test);
    const change = async (nonce: number): Promise<object> => {
      const locations = [`https://example.com/${nonce}`];
      const draft = buildMutation({ issued_at: START, registry: REGISTRY, model_id, nonce, change: { kind: "locations", locations } });
      return { document: await signDocument("mutation", draft, keys.secretKey) };
    };
    const first = await change(1);
    expect(await send("mutate", first, "198.51.100.0")).toBe(201);
    for (let at = 1; at <= 30; at += 1) expect(await send("mutate", first, `198.51.100.${at}`)).toBe(409);
    for (let nonce = 2; nonce <= 30; nonce += 1) expect(await send("mutate", await change(nonce), `198.51.101.${nonce}`)).toBe(201);
    expect(await send("mutate", await change(31), "198.51.102.1")).toBe(429);
    test.clock.advance({ hours: 1 });
    expect(await send("mutate", await change(31), "198.51.102.1")).toBe(201);
  });
});

describe("the address that a rate is counted by", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["2001:0db8:0000:0000:1::", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ])("of %s is %s", (address, network) => {
    expect(clientNetwork(address)).toBe(network);
  });
});

describe("a forwarded address", () => {
  it("counts when the proxy in front is a trusted one", async () => {
    const behind = await createTestApp({ rates: true, config: { trustProxy: ["10.0.0.1"] } });
    const from = async (forwarded: string): Promise<number> => {
      const { document } = await signModel();
      const headers = { "x-forwarded-for": forwarded };
      return (
        await behind.app.inject({
          method: "POST",
          url: "/functions/v1/register-model",
          payload: { document },
          remoteAddress: "10.0.0.1",
          headers,
        })
      ).statusCode;
    };
    for (let at = 0; at < 4; at += 1) expect(await from(`203.0.113.${at}`)).toBe(201);
    // What the caller wrote in front of the proxy's own entry does not count.
    for (let at = 0; at < 3; at += 1) expect(await from(`8.8.8.${at}, 203.0.113.50`)).toBe(201);
    expect(await from("9.9.9.9, 203.0.113.50")).toBe(429);
    await behind.close();
  });
});
