import { createClient, OmlaVersionError } from "@omla/sdk";
import { describe, expect, it } from "vitest";
import { listen, sendJson } from "./listener.ts";

const ID = "0b5b1d7e-8d3f-4a52-9c55-2a6f7a0e9d11";
/** Encodes ID. */
const ADDRESS = "omla1pdd36l5d8a9998z49fhh5r5azyffwl9a";
const row = (id: string): object => ({ id, name: `Model ${id}`, ed25519_pubkey: "k", model_hash: "h", is_active: true, wallets: [] });

describe("the reads that a plain Supabase deployment has", () => {
  it("carry the project's key as its own clients send it, and nothing that its gateway does not let through", async () => {
    const { url, seen } = await listen((_, response) => sendJson(response, 200, [row(ID)]));
    const { models } = createClient({ url, anonKey: "anon-key" });
    expect((await models.get(ID))?.name).toBe(`Model ${ID}`);
    expect(seen[0]?.headers).toMatchObject({ apikey: "anon-key", authorization: "Bearer anon-key", accept: "application/json" });
    expect(seen[0]?.headers["x-request-id"]).toBeUndefined();
    expect(new URL(seen[0]?.url ?? "", url).searchParams.toString()).toBe(
      new URLSearchParams({ id: `eq.${ID}`, select: "*,wallets(*)", limit: "1" }).toString(),
    );
  });

  it("ask with an API key or a session in the place of the anonymous key", async () => {
    const { url, seen } = await listen((_, response) => sendJson(response, 200, []));
    await createClient({ url, anonKey: "anon-key", accessToken: "session" }).models.get(ID);
    expect(seen[0]?.headers).toMatchObject({ apikey: "anon-key", authorization: "Bearer session" });
  });

  it("look a model up by weight hash, and by address through its wallet", async () => {
    const { url, seen } = await listen((one, response) =>
      sendJson(response, 200, one.url.startsWith("/rest/v1/wallets") ? [{ model_id: ID }] : [row(ID)]),
    );
    const { models } = createClient({ url, anonKey: "a" });
    await models.byHash("AB".repeat(32));
    await models.get(ADDRESS.toUpperCase());
    const asked = seen
      .map((one) => new URL(one.url, url))
      .map(({ pathname, searchParams }) => [
        pathname,
        searchParams.get("model_hash") ?? searchParams.get("address") ?? searchParams.get("id"),
      ]);
    expect(asked).toEqual([
      ["/rest/v1/models", `eq.${"ab".repeat(32)}`],
      ["/rest/v1/wallets", `eq.${ADDRESS}`],
      ["/rest/v1/models", `eq.${ID}`],
    ]);
  });

  it("search page by page, as far as the reader reads", async () => {
    const { url, seen } = await listen((one, response) => {
      const { searchParams } = new URL(one.url, "http://x");
      const offset = Number(searchParams.get("offset"));
      sendJson(
        response,
        200,
        Array.from({ length: Math.min(100, 150 - offset) }, (_, at) => row(String(offset + at))),
      );
    });
    const { models } = createClient({ url, anonKey: "a" });
    const all = [];
    for await (const { id } of models.search("50%_off*")) all.push(Number(id));
    expect(all).toEqual(Array.from({ length: 150 }, (_, at) => at));
    expect(new URL(seen[0]?.url ?? "", url).searchParams.get("name")).toBe("ilike.*50\\%\\_off*");
    for await (const { id } of models.search("")) if (id === "3") break;
    expect(seen).toHaveLength(3);
  });

  it("give percentages as text with every digit, whether they come as numbers or strings", async () => {
    const { url } = await listen((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(
        '[{"wallet_address":"a","wallet_rail":null,"percentage":33.333333333333333333},{"wallet_address":"b","wallet_rail":"ach","percentage":40}]',
      );
    });
    expect(await createClient({ url, anonKey: "a" }).models.splits(ID)).toEqual([
      { wallet_address: "a", wallet_rail: null, percentage: "33.333333333333333333" },
      { wallet_address: "b", wallet_rail: "ach", percentage: "40" },
    ]);
  });

  it("name what such a deployment does not have as a matter of versions", async () => {
    const { url } = await listen((_, response) =>
      sendJson(response, 404, {
        code: "PGRST202",
        message: "Could not find the function public.verify_many",
        details: "Searched for …",
        hint: null,
      }),
    );
    const asked = createClient({ url, anonKey: "a" }).models.verify([ID]);
    await expect(asked).rejects.toBeInstanceOf(OmlaVersionError);
    await expect(asked).rejects.toMatchObject({ code: "PGRST202" });
  });
});

describe("verify", () => {
  it("asks in hundreds and answers in the order of the question", async () => {
    const { url, seen } = await listen((one, response) => {
      const { hashes, ids } = one.body as { hashes: string[]; ids: string[] };
      sendJson(
        response,
        200,
        [...hashes, ...ids].map((query) => ({ registered: query === ID, query })),
      );
    });
    const hashes = Array.from({ length: 149 }, (_, at) => at.toString(16).padStart(64, "0"));
    const standings = await createClient({ url }).models.verify([...hashes.slice(0, 70), ID, ...hashes.slice(70)]);
    expect(seen.map(({ body }) => Object.values(body as Record<string, string[]>).flat().length)).toEqual([100, 50]);
    expect(standings).toHaveLength(150);
    expect(standings.findIndex(({ registered }) => registered)).toBe(70);
  });
});

describe("signed documents", () => {
  it.each([
    ["of another kind", { spec: "omla-sidecar/1", signature: "x" }, "DOCUMENT_SCHEMA", "spec"],
    ["without a signature", { spec: "omla-mutation/1" }, "SIGNATURE_INVALID", "signature"],
    ["with a float", { spec: "omla-mutation/1", signature: "x", nonce: 0.5 }, "CANONICAL_JSON", "nonce"],
  ])("%s are not sent", async (_, document, code, path) => {
    const { url, seen } = await listen((_seen, response) => sendJson(response, 500, {}));
    await expect(createClient({ url }).models.update(document)).rejects.toMatchObject({ code, path, name: "OmlaInputError" });
    expect(seen).toHaveLength(0);
  });

  it("carry their digest as the idempotency key, whatever their signature", async () => {
    const { url, seen } = await listen((_, response) =>
      sendJson(response, 201, { model_id: ID, digest: "d", kind: "splits", nonce: 1, effective_from: "x" }),
    );
    const { models } = createClient({ url });
    await models.update({ spec: "omla-mutation/1", nonce: 1, signature: "one" });
    await models.update({ signature: "another", nonce: 1, spec: "omla-mutation/1" });
    await models.update({ spec: "omla-mutation/1", nonce: 2, signature: "one" });
    const [first, second, third] = seen.map(({ headers }) => headers["idempotency-key"]);
    expect(first).toMatch(/^mutate-[0-9a-f]{64}$/);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });
});
