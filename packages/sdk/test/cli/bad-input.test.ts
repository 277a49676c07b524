import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTestRegistry, type TestRegistry } from "@omla/sdk/testing";
import { describe, expect, it } from "vitest";
import { API_KEY, listen, sendJson } from "../client/listener.ts";
import { emptyFolder, json, runOmla, type Surroundings } from "./run-omla.ts";

interface Fault {
  readonly content?: string | Buffer;
  readonly env?: Surroundings["env"];
  readonly registry?: TestRegistry;
  readonly fault: { readonly code: string; readonly path?: string; readonly hint?: RegExp };
}

const NIL = '{"quarter":"2026-Q3","entries":[]}';

/** `omla report` on a file, with what is wrong. */
const FAULTS: Readonly<Record<string, () => Promise<Fault> | Fault>> = {
  "no key": () => ({ env: { OMLA_API_KEY: undefined }, fault: { code: "API_KEY_MISSING", hint: /OMLA_API_KEY/ } }),
  "a mistyped key": () => ({
    env: { OMLA_API_KEY: API_KEY.replace("ABC", "ABD") },
    fault: { code: "API_KEY_MALFORMED", hint: /Copy the whole key/ },
  }),
  "a wrong key, complete but nobody's": async () => ({
    registry: await createTestRegistry(),
    fault: { code: "CREDENTIAL_INVALID", hint: /revoked, has expired, or belongs to another registry/ },
  }),
  "a revoked key": async () => {
    const registry = await createTestRegistry();
    const { api_key } = registry.addCompany();
    registry.revokeKey(api_key);
    return { registry, env: { OMLA_API_KEY: api_key }, fault: { code: "CREDENTIAL_INVALID", hint: /was revoked/ } };
  },
  "a wrong clock": async () => ({
    env: { OMLA_REGISTRY: await refusing({ code: "SIGNATURE_INVALID", message: "no" }, new Date(Date.now() - 7_200_000)) },
    fault: { code: "SIGNATURE_INVALID", hint: /clock is 120 minutes ahead of the registry's/ },
  }),
  "a quarter in the future": async () => {
    const registry = await createTestRegistry({ now: "2026-09-30T23:59:59Z" });
    const env = { OMLA_API_KEY: registry.addCompany().api_key };
    return { registry, env, content: NIL.replace("Q3", "Q4"), fault: { code: "QUARTER_NOT_BEGUN", path: "quarter" } };
  },
  "float money": () => ({ content: entry("0.30000000000000004"), fault: { code: "AMOUNT_INVALID", path: "entries[0].revenue_usd" } }),
  "money with an exponent": () => ({ content: entry("1e3"), fault: { code: "JSON_INVALID", path: "entries[0].revenue_usd" } }),
  "a huge file": () => ({ content: Buffer.alloc(17 * 1024 * 1024, 32), fault: { code: "FILE_TOO_LARGE" } }),
  "a truncated file": () => ({ content: NIL.slice(0, -3), fault: { code: "FILE_TRUNCATED", path: "entries" } }),
  "a network gone in the middle": async () => {
    const { url } = await listen((_, response) => {
      response.writeHead(201, { "content-type": "application/json", "content-length": "5000" });
      response.write('{"submission_id":', () => response.destroy());
    });
    return { env: { OMLA_REGISTRY: url }, fault: { code: "NETWORK_INTERRUPTED", hint: /the same call counts once/ } };
  },
  "no network": () => ({ env: { OMLA_REGISTRY: "http://127.0.0.1:9" }, fault: { code: "NETWORK_UNREACHABLE", hint: /Check the address/ } }),
  "a server of another version": async () => {
    const { url } = await listen((_, response) => sendJson(response, 201, { receipt: "of tomorrow" }));
    return { env: { OMLA_REGISTRY: url }, fault: { code: "ANSWER_SHAPE", path: "submission_id", hint: /upgrade the older of the two/ } };
  },
  "something that is no registry": async () => {
    const { url } = await listen((_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<h1>It works!</h1>"));
    return { env: { OMLA_REGISTRY: url }, fault: { code: "ANSWER_FOREIGN", hint: /registry's address/ } };
  },
};

const entry = (revenue: string): string =>
  `{"quarter":"2026-Q3","entries":[{"model":"5f0c7f7a-3f0e-4a1c-9a53-3b1b6f1f0a01","inferences":1,"revenue_usd":${revenue},"run_cost_usd":"1"}]}`;

async function refusing(refusal: object, date: Date): Promise<string> {
  const { url } = await listen((_, response) =>
    sendJson(response, 403, { details: null, hint: null, request_id: null, ...refusal }, { date: date.toUTCString() }),
  );
  return url;
}

describe("omla report tells apart, and says what to do about", () => {
  it.each(Object.keys(FAULTS))("%s", async (name) => {
    const { content = NIL, env, registry, fault } = (await FAULTS[name]?.()) as Fault;
    const folder = emptyFolder();
    writeFileSync(join(folder, "q3.json"), content);
    const surroundings = { folder, env: { OMLA_REGISTRY: registry?.url ?? "http://127.0.0.1:9", OMLA_API_KEY: API_KEY, ...env } };
    const ran = await runOmla(["report", "q3.json", "--json"], registry === undefined ? surroundings : { ...surroundings, registry });
    expect(ran.code).toBe(1);
    const { error } = json(ran);
    expect([error?.["code"], error?.["details"]?.["path"]]).toEqual([fault.code, fault.path]);
    expect(error?.["hint"]).toMatch(fault.hint ?? /./);
    // The part of a key that is secret stands in no output, whatever went wrong.
    for (const key of [API_KEY, surroundings.env.OMLA_API_KEY ?? API_KEY]) expect(ran.out + ran.err).not.toContain(key.slice(21));
  });
});
