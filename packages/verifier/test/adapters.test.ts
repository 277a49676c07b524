import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import Fastify from "fastify";
import { Hono } from "hono";
import { afterEach, describe, expect, it } from "vitest";
import { omla as expressOmla } from "../src/adapters/express.ts";
import { omla as fastifyOmla } from "../src/adapters/fastify.ts";
import { withOmla } from "../src/adapters/fetch.ts";
import { type GateOptions, passGate } from "../src/adapters/gate.ts";
import { omla as honoOmla } from "../src/adapters/hono.ts";
import type { Subject, Verdict } from "../src/index.ts";
import { createVerifier, type Verifier } from "../src/index.ts";
import { COMPANY, KEY, MODEL, NOW, publish, startRegistry } from "./publisher.ts";

/** Headers that the tests name their subject by, as a gateway's own would. */
const identifyBy = (header: (name: string) => string | null | undefined): Subject | undefined => {
  const [model, domain] = [header("x-model") ?? undefined, header("x-customer") ?? undefined];
  return model === undefined && domain === undefined ? undefined : { model, domain };
};

type Ask = (headers: Record<string, string>) => Promise<Response>;
type Rest = Pick<GateOptions<unknown>, "onReview" | "disputeUrl">;
interface Started {
  readonly ask: Ask;
  readonly close: () => Promise<unknown>;
}

async function listening(handler: RequestListener): Promise<Started> {
  const server: Server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { ask: (headers) => fetch(url, { headers }), close: () => new Promise((resolve) => server.close(resolve)) };
}

const FRAMEWORKS: Record<string, (verifier: Verifier, rest: Rest) => Promise<Started>> = {
  fetch: async (verifier, rest) => {
    const handler = withOmla(() => new Response("served"), {
      verifier,
      identify: (request) => identifyBy((name) => request.headers.get(name)),
      ...rest,
    });
    return { ask: async (headers) => handler(new Request("https://gateway.example/", { headers })), close: async () => undefined };
  },
  fastify: async (verifier, rest) => {
    const app = Fastify();
    app.addHook(
      "preHandler",
      fastifyOmla<{ headers: Record<string, string | string[] | undefined> }>({
        verifier,
        identify: ({ headers }) => identifyBy((name) => headers[name] as string | undefined),
        ...rest,
      }) as never,
    );
    app.get("/", () => "served");
    const url = await app.listen({ port: 0, host: "127.0.0.1" });
    return { ask: (headers) => fetch(url, { headers }), close: () => app.close() };
  },
  express: async (verifier, rest) => {
    const app = express();
    app.use(
      expressOmla<express.Request>({
        verifier,
        identify: (request) => identifyBy((name) => request.get(name)),
        ...rest,
      }) as express.RequestHandler,
    );
    app.get("/", (_request, response) => void response.send("served"));
    return listening(app);
  },
  hono: async (verifier, rest) => {
    const app = new Hono();
    app.use(
      honoOmla<import("hono").Context>({
        verifier,
        identify: (context) => identifyBy((name) => context.req.header(name)),
        ...rest,
      }) as never,
    );
    app.get("/", (context) => context.text("served"));
    return { ask: async (headers) => app.request("/", { headers }), close: async () => undefined };
  },
};

const started: Started[] = [];
afterEach(async () => {
  for (const { close } of started.splice(0)) await close();
});

async function gateway(framework: string, rest: Rest = {}): Promise<Ask> {
  const registry = await startRegistry();
  registry.serve(await publish({ entries: [MODEL, COMPANY] }));
  const verifier = createVerifier({ url: registry.url, keys: [KEY], refreshMs: 0, clock: () => NOW });
  await verifier.refresh();
  await registry.close();
  const one = await (FRAMEWORKS[framework] as (typeof FRAMEWORKS)[string])(verifier, rest);
  started.push(one);
  return one.ask;
}

describe.each(Object.keys(FRAMEWORKS))("the adapter for %s", (framework) => {
  it("refuses a listed model with 451, the reason, the case and where to dispute", async () => {
    const answer = await (await gateway(framework, { disputeUrl: "https://registry.example/dispute" }))({ "x-model": "acme/listed-7b" });
    expect(answer.status).toBe(451);
    expect(answer.headers.get("omla-verdict")).toBe("deny; reason=LISTED; state=FRESH; sequence=1");
    expect(await answer.json()).toEqual({
      code: "OMLA_LISTED",
      message: "This model is on the OMLA blacklist (DELINQUENT_90D since 2026-07-01, case C-2026-0041).",
      details: { reason: "LISTED", cases: ["C-2026-0041"], sequence: 1 },
      hint: "To dispute this, see https://registry.example/dispute",
      request_id: null,
    });
  });

  it("serves what is not listed, and what names nobody, the former with its verdict", async () => {
    const ask = await gateway(framework);
    const answer = await ask({ "x-model": "acme/other" });
    expect([answer.status, await answer.text()]).toEqual([200, "served"]);
    expect(answer.headers.get("omla-verdict")).toBe("allow; reason=NOT_LISTED; state=FRESH; sequence=1");
    expect((await ask({})).headers.has("omla-verdict")).toBe(false);
  });

  it("lets a review pass with its header, or refuses it with 403 where the gateway says so", async () => {
    const passed = await (await gateway(framework))({ "x-customer": "example.com" });
    expect([passed.status, passed.headers.get("omla-verdict")]).toEqual([200, "review; reason=LISTED_WARN; state=FRESH; sequence=1"]);
    const refused = await (await gateway(framework, { onReview: "refuse" }))({ "x-customer": "example.com" });
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ code: "OMLA_REVIEW", details: { cases: ["C-2026-0057"] } });
    const asked = await (await gateway(framework, { onReview: (verdict) => (verdict.matches.length > 0 ? "refuse" : "pass") }))({
      "x-customer": "example.com",
    });
    expect(asked.status).toBe(403);
  });
});

describe("every adapter", () => {
  const REVIEW: Verdict = {
    action: "review",
    listed: false,
    matches: [],
    state: "NONE",
    advisory: false,
    reason: "NO_LIST",
    sequence: null,
  };
  const verifier = { check: () => REVIEW };
  const identify = (): Subject => ({ model: "acme/other" });

  it("refuses a review on which `onReview` answers neither pass nor refuse", async () => {
    const passage = await passGate({}, { verifier, identify, onReview: (() => undefined) as never });
    expect(passage.refusal?.status).toBe(403);
  });

  it("leaves a fault of `identify` or `onReview` to the framework, and serves nothing", async () => {
    const fault = (): never => {
      throw new Error("the gateway's own fault");
    };
    let isServed = false;
    const serve = (): Response => {
      isServed = true;
      return new Response("served");
    };
    await expect(withOmla(serve, { verifier, identify: fault })(new Request("https://gateway.example/"))).rejects.toThrow("own fault");
    const reviewed = withOmla(serve, { verifier, identify: async () => identify(), onReview: fault });
    await expect(reviewed(new Request("https://gateway.example/"))).rejects.toThrow("own fault");
    expect(isServed).toBe(false);
  });

  it("hands a change of protocol through as it is", async () => {
    const upgrade = Object.assign(Response.json(null), {});
    Object.defineProperty(upgrade, "status", { value: 101 });
    const handler = withOmla(() => upgrade, { verifier, identify });
    expect(await handler(new Request("https://gateway.example/"))).toBe(upgrade);
  });
});
