import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createObjectSplitter } from "../../src/cli/gateway-log/object-splitter.ts";
import { createSeenIds } from "../../src/cli/gateway-log/seen-ids.ts";
import { emptyFolder, type Json, items, json, runOmla } from "./run-omla.ts";

const MODEL = "5f0c7f7a-3f0e-4a1c-9a53-3b1b6f1f0a01";
/** 2026-08-15T00:00:00Z in seconds. */
const AUGUST = 1_786_752_000;

const payload = (id: string, more: object = {}): string =>
  JSON.stringify({
    ...{
      id,
      trace_id: "t",
      call_type: "acompletion",
      status: "success",
      response_cost: 0.00003,
      startTime: AUGUST + 0.25,
      endTime: AUGUST + 1,
    },
    ...{
      model: "openai/llama-omla",
      model_group: "llama-omla",
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 15,
      cache_hit: false,
    },
    ...{ messages: [{ role: "user", content: 'say "{[}"' }], metadata: { user_api_key_hash: null }, ...more },
  });

async function draft(
  files: Readonly<Record<string, string | Uint8Array>>,
  map: object = { "llama-omla": MODEL, "gpt-4o": null },
): Promise<Json> {
  const folder = emptyFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  writeFileSync(join(folder, "models.json"), JSON.stringify(map));
  const ran = await runOmla(["report", "--from-log", ...Object.keys(files), "--map", "models.json", "--quarter", "2026-Q3", "--json"], {
    folder,
  });
  expect(ran.code, ran.out).toBe(0);
  return json(ran);
}

describe("a draft from request logs", () => {
  it("counts LiteLLM's payload lines once each and adds their costs exactly", async () => {
    const lines = [payload("a"), payload("b", { response_cost: 1.5e-7 }), payload("a"), payload("c", { response_cost: 0.1 })];
    const { draft: report, counts } = await draft({ "requests.jsonl": `${lines.join("\n")}\n` });
    // 0.00003 + 0.00000015 + 0.1 = 0.10003015, rounded up to a micro-dollar.
    expect(report).toEqual({ quarter: "2026-Q3", entries: [{ model: MODEL, inferences: 3, revenue_usd: null, run_cost_usd: "0.100031" }] });
    expect(counts).toMatchObject({ records: 4, counted: 3, doubles: 1 });
  });

  it("drops doubles across files, also of a compressed log", async () => {
    const { counts } = await draft({ "monday.jsonl": payload("a"), "tuesday.jsonl.gz": gzipSync(`${payload("a")}\n${payload("b")}\n`) });
    expect(counts).toMatchObject({ counted: 2, doubles: 1 });
  });

  it("leaves out failures, other quarters and models that are none of OMLA's", async () => {
    const lines = [
      payload("ok"),
      payload("failed", { status: "failure" }),
      payload("june", { startTime: Date.UTC(2026, 5, 30, 23, 59, 59) / 1000 }),
      payload("october", { startTime: Date.UTC(2026, 9, 1) / 1000 }),
      payload("first", { startTime: Date.UTC(2026, 6, 1) / 1000 }),
      payload("other", { model_group: "gpt-4o", model: "gpt-4o" }),
      payload("new", { model_group: "new-model", model: "new-model" }),
    ];
    const { counts, warnings } = await draft({ "r.jsonl": lines.join("\n") });
    expect(counts).toMatchObject({ counted: 2, failed: 1, outside_quarter: 2, not_omla: 1, unmapped: { "new-model": 1 } });
    expect(warnings[0]).toContain("new-model (1)");
  });

  it("warns of missing usage, missing and zero costs, ids and times, and of what it cannot read", async () => {
    const lines = [
      payload("a", { total_tokens: 0, prompt_tokens: 0, completion_tokens: 0 }),
      payload("b", { response_cost: 0 }),
      payload("c", { response_cost: 0, cache_hit: true }),
      payload("d", { response_cost: null }),
      payload("e", { startTime: null, endTime: null }),
      payload(""),
      '{"id":"cut',
      '{"level":"info","msg":"started"}',
    ];
    const { counts, warnings } = await draft({ "r.jsonl": lines.join("\n") });
    expect(counts).toMatchObject({
      counted: 6,
      without_usage: 1,
      zero_cost: 1,
      without_cost: 1,
      without_time: 1,
      without_id: 1,
      unreadable: 1,
      unknown_format: 1,
    });
    expect(warnings).toHaveLength(8);
    expect(items(warnings).at(-1)).toContain("revenue_usd is left for you");
  });

  it.each([
    ["a JSON array on one line", (rows: object[]) => ["spend.json", JSON.stringify(rows)]],
    ["a JSON array over many lines", (rows: object[]) => ["spend.json", JSON.stringify(rows, undefined, 2)]],
    ["an answer with its rows in data", (rows: object[]) => ["spend.json", JSON.stringify({ data: rows, total: rows.length, page: 1 })]],
    ["JSON lines", (rows: object[]) => ["spend.jsonl", rows.map((row) => JSON.stringify(row)).join("\r\n")]],
    [
      "CSV",
      (rows: object[]) => [
        "spend.csv",
        [
          Object.keys(rows[0] ?? {}).join(","),
          ...rows.map((row) =>
            Object.values(row)
              .map((cell) => `"${String(cell).replaceAll('"', '""')}"`)
              .join(","),
          ),
        ].join("\n"),
      ],
    ],
  ])("reads LiteLLM's spend logs as %s", async (_, write) => {
    const row = (request_id: string, more: object = {}): object => ({
      ...{ request_id, call_type: "acompletion", api_key: "hash", spend: 0.25, total_tokens: 9, prompt_tokens: 4, completion_tokens: 5 },
      ...{
        startTime: "2026-08-15 00:00:00.123",
        endTime: "2026-08-15T00:00:01Z",
        model: "llama-omla",
        model_group: "",
        cache_hit: "False",
        metadata: '{"a":"x,\\n[y]"}',
        ...more,
      },
    });
    const [name = "", text = ""] = write([
      row("a"),
      row("b", { spend: 1e-7 }),
      row("a"),
      row("c", { startTime: "2026-10-01T00:00:00+00:00" }),
    ]);
    const { draft: report, counts } = await draft({ [name]: text });
    expect(counts).toMatchObject({ records: 4, counted: 2, doubles: 1, outside_quarter: 1, unreadable: 0 });
    expect(report.entries).toEqual([{ model: MODEL, inferences: 2, revenue_usd: null, run_cost_usd: "0.250001" }]);
  });

  it("reads OpenAI's answers: chat, responses, embeddings, batch output; without a cost the run cost stays open", async () => {
    const lines = [
      {
        id: "chatcmpl-1",
        object: "chat.completion",
        created: AUGUST,
        model: "llama-omla",
        usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
      },
      {
        id: "resp_1",
        object: "response",
        created_at: AUGUST,
        status: "completed",
        model: "llama-omla",
        usage: { input_tokens: 1, output_tokens: 2 },
      },
      {
        id: "batch_req_1",
        custom_id: "x",
        response: {
          status_code: 200,
          request_id: "r",
          body: { id: "chatcmpl-2", created: AUGUST, model: "llama-omla", usage: { total_tokens: 4 } },
        },
      },
      {
        id: "batch_req_2",
        custom_id: "y",
        response: { status_code: 429, body: { id: "chatcmpl-3", created: AUGUST, model: "llama-omla" } },
      },
      { object: "list", model: "llama-omla", data: [{ embedding: [0.5] }], usage: { prompt_tokens: 8, total_tokens: 8 } },
    ];
    const { draft: report, counts } = await draft({ "openai.jsonl": lines.map((line) => JSON.stringify(line)).join("\n") });
    expect(counts).toMatchObject({ counted: 4, failed: 1, without_cost: 4, without_id: 1, without_time: 1 });
    expect(report.entries[0]).toMatchObject({ inferences: 4, run_cost_usd: null });
  });

  it("sends nothing, never overwrites, and its draft is refused until it is filled in", async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, "r.jsonl"), payload("a"));
    writeFileSync(join(folder, "models.json"), JSON.stringify({ "llama-omla": MODEL }));
    const args = ["report", "--from-log", "r.jsonl", "--map", "models.json", "--quarter", "2026-Q3", "--out", "draft.json"];
    const offline = { folder, env: { OMLA_API_KEY: "omla_test_0123456789_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef1Ec5G8" } };
    const ran = await runOmla(args, offline);
    expect(ran).toMatchObject({ code: 0, out: "" });
    expect(ran.err).toContain("1 records read, 1 counted");
    expect((await runOmla(args, offline)).err).toContain("is not overwritten");
    const filed = await runOmla(["report", "draft.json", "--registry", "https://registry.test", "--json"], offline);
    expect(json(filed).error).toMatchObject({ code: "MEMBER_MISSING", details: { path: "entries[0].revenue_usd" } });
    expect((JSON.parse(readFileSync(join(folder, "draft.json"), "utf8")) as Json)["entries"]).toHaveLength(1);
  });

  it.each([
    ["a compressed log that is cut off", "r.jsonl.gz", gzipSync(`${payload("a")}\n`.repeat(500)).subarray(0, 60), {}, "FILE_TRUNCATED"],
    ["a map with a misspelt address", "r.jsonl", payload("a"), { "llama-omla": "omla1nonsense" }, "MODEL_MAP"],
    ["a map that is a list", "r.jsonl", payload("a"), [], "MODEL_MAP"],
  ])("names %s", async (_, name, content, map, code) => {
    const folder = emptyFolder();
    writeFileSync(join(folder, name), content);
    writeFileSync(join(folder, "models.json"), JSON.stringify(map));
    const ran = await runOmla(["report", "--from-log", name, "--map", "models.json", "--quarter", "2026-Q3", "--json"], { folder });
    expect(ran.code).toBe(1);
    expect(json(ran).error.code).toBe(code);
  });
});

describe("the set of ids", () => {
  it("knows each id that it has seen and no other", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 40 }), { maxLength: 400 }), (ids) => {
        const seen = createSeenIds();
        const plain = new Set<string>();
        for (const id of ids) {
          expect(seen.add(id)).toBe(!plain.has(id));
          plain.add(id);
        }
      }),
    );
  });

  it("keeps a hundred thousand ids apart that differ in one digit", () => {
    const seen = createSeenIds();
    const ids = Array.from({ length: 100_000 }, (_, at) => `chatcmpl-${at}`);
    expect(ids.every((id) => seen.add(id))).toBe(true);
    expect(ids.some((id) => seen.add(id))).toBe(false);
  });
});

describe("the splitter of arrays", () => {
  it("gives the same objects however the text is cut into parts", () => {
    const object = fc.dictionary(
      fc.string({ maxLength: 5 }),
      fc.oneof(
        fc.string(),
        fc.integer(),
        fc.array(fc.string({ maxLength: 3 }), { maxLength: 2 }),
        fc.dictionary(fc.string({ maxLength: 2 }), fc.string()),
      ),
      { maxKeys: 3 },
    );
    fc.assert(
      fc.property(
        fc.array(object, { maxLength: 6 }),
        fc.constantFrom(0, 2),
        fc.array(fc.nat(40), { maxLength: 30 }),
        (rows, indent, cuts) => {
          const text = JSON.stringify({ data: rows, total: 1 }, undefined, indent);
          const splitter = createObjectSplitter();
          const found: string[] = [];
          let at = 0;
          for (const cut of [...cuts, text.length]) {
            found.push(...splitter.push(text.slice(at, at + cut)));
            at += cut;
          }
          expect(found.map((part) => JSON.parse(part) as unknown)).toEqual(JSON.parse(JSON.stringify(rows)));
          expect(splitter.isInside()).toBe(false);
        },
      ),
    );
  });
});
