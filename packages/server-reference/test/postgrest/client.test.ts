import { PostgrestClient } from "@supabase/postgrest-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signModel } from "../helpers/factories.ts";
import { createRegistry, type Registry } from "./registry.ts";

/** The behaviours of the real client, one by one, over a real listener. */
let registry: Registry;
let url: string;
beforeAll(async () => {
  registry = await createRegistry();
  url = `${await registry.test.app.listen({ port: 0, host: "127.0.0.1" })}/rest/v1`;
});
afterAll(() => registry.test.close());

const client = (key = "anon") => new PostgrestClient(url, { headers: { apikey: key, authorization: `Bearer ${key}` } });
const names = (rows: { name: string }[] | null): string[] => (rows ?? []).map(({ name }) => name).sort();

describe("postgrest-js reads", () => {
  it("select with eq, neq, in, ilike, is and order", async () => {
    const { base, child } = registry;
    expect(names((await client().from("models").select("name").eq("id", base.model_id)).data)).toEqual(["Base LM"]);
    expect(names((await client().from("models").select("name").neq("id", base.model_id)).data)).toEqual(["Child, of (Base) LM"]);
    expect(names((await client().from("models").select("name").in("name", ["Child, of (Base) LM", "No"])).data)).toEqual([
      "Child, of (Base) LM",
    ]);
    expect(names((await client().from("models").select("name").ilike("name", "%base lm%")).data)).toEqual(["Base LM"]);
    expect(names((await client().from("models").select("name").is("description", null).eq("is_active", true)).data)).toHaveLength(2);
    const ordered = await client().from("models").select("name").order("created_at", { ascending: false, nullsFirst: true }).order("name");
    expect(ordered.data).toHaveLength(2);
    expect((await client().from("models").select("name").match({ id: child.model_id, is_active: true })).data).toHaveLength(1);
  });

  it("or, not and filter", async () => {
    const { base, child } = registry;
    const or = await client().from("models").select("name").or(`id.eq.${base.model_id},name.ilike.*child*`);
    expect(names(or.data)).toEqual(["Base LM", "Child, of (Base) LM"]);
    expect(names((await client().from("models").select("name").not("id", "in", `(${base.model_id})`)).data)).toEqual([
      "Child, of (Base) LM",
    ]);
    expect(names((await client().from("models").select("name").not("name", "ilike", "%child%")).data)).toEqual(["Base LM"]);
    expect(names((await client().from("models").select("name").filter("id", "eq", child.model_id)).data)).toEqual(["Child, of (Base) LM"]);
  });

  it("or with blanks and and(), order by an embedded row, not is null of an embedded table, maxAffected", async () => {
    const { base, child } = registry;
    const or = await client().from("models").select("name").or(`id.eq.${base.model_id}, and(name.ilike.*child*, is_active.is.true)`);
    expect(names(or.data)).toEqual(["Base LM", "Child, of (Base) LM"]);
    const byName = client().from("wallets").select("models(name)").not("model_id", "is", null);
    const ordered = await byName.order("models(name)", { ascending: false });
    expect(ordered.data).toEqual([{ models: { name: "Child, of (Base) LM" } }, { models: { name: "Base LM" } }]);
    expect(names((await client().from("models").select("name,wallets()").not("wallets", "is", null)).data)).toHaveLength(2);
    expect((await client().from("models").select("name,wallets()").is("wallets", null)).data).toEqual([]);
    const many = await client()
      .rpc("verify_many", { ids: [base.model_id, child.model_id] })
      // What maxAffected(1) sends.
      .setHeader("prefer", "handling=strict,max-affected=1");
    expect([many.status, many.error]).toMatchObject([400, { code: "PGRST124", details: "The query affects 2 rows" }]);
  });

  it("single and maybeSingle", async () => {
    const { base } = registry;
    expect((await client().from("models").select("name").eq("id", base.model_id).single()).data).toEqual({ name: "Base LM" });
    const many = await client().from("models").select("name").single();
    expect([many.status, many.error]).toMatchObject([406, { code: "PGRST116", details: "The result contains 2 rows" }]);
    const none = await client().from("models").select("name").eq("name", "No").single();
    expect([none.status, none.error]).toMatchObject([406, { code: "PGRST116", details: "The result contains 0 rows" }]);
    const maybe = await client().from("models").select("name").eq("name", "No").maybeSingle();
    expect([maybe.error, maybe.data]).toEqual([null, null]);
    expect((await client().from("models").select("name").eq("id", base.model_id).maybeSingle()).data).toEqual({ name: "Base LM" });
    expect((await client().from("models").select("name").maybeSingle()).error?.code).toBe("PGRST116");
  });

  it("count, head, limit and range", async () => {
    const counted = await client().from("models").select("name", { count: "exact" }).order("name").range(1, 5);
    expect([counted.count, names(counted.data)]).toEqual([2, ["Child, of (Base) LM"]]);
    const head = await client().from("models").select("*", { count: "exact", head: true });
    expect([head.count, head.data, head.error]).toEqual([2, null, null]);
    expect((await client().from("models").select("name").order("name").limit(1)).data).toEqual([{ name: "Base LM" }]);
    const behind = await client().from("models").select("name", { count: "exact" }).range(7, 9);
    expect([behind.status, behind.error?.code]).toEqual([416, "PGRST103"]);
  });

  it("embedded tables with their own filters, order and limit", async () => {
    const { base, child } = registry;
    const embedded = await client()
      .from("models")
      .select("name, wallets ( address, rail ), edges:lineage_edges!child_id ( relationship, parent:models!parent_id ( name ) )")
      .eq("wallets.is_primary", true)
      .order("address", { referencedTable: "wallets" })
      .limit(1, { referencedTable: "wallets" })
      .order("name");
    expect(embedded.data).toEqual([
      { name: "Base LM", wallets: [{ address: base.address, rail: "stripe" }], edges: [] },
      {
        name: "Child, of (Base) LM",
        wallets: [{ address: child.address, rail: "stripe" }],
        edges: [{ relationship: "fine-tune", parent: { name: "Base LM" } }],
      },
    ]);
    const inner = await client()
      .from("models")
      .select("name, lineage_edges!child_id!inner(id)")
      .eq("lineage_edges.relationship", "fine-tune");
    expect(names(inner.data as unknown as { name: string }[])).toEqual(["Child, of (Base) LM"]);
    const either = await client()
      .from("models")
      .select("name, wallets(rail)")
      .or("rail.eq.paypal,rail.eq.lightning", { referencedTable: "wallets" });
    expect(either.data?.flatMap((row) => row.wallets)).toEqual([]);
  });

  it("errors with their code, hint and message", async () => {
    const unknown = await client().from("nothing").select();
    expect([unknown.status, unknown.error]).toMatchObject([404, { code: "PGRST205", details: null, hint: null }]);
    expect((await client().from("models").select("nothing")).error).toMatchObject({
      code: "42703",
      message: "column models.nothing does not exist",
    });
    expect((await client().from("models").select().eq("id", "x")).error).toMatchObject({ code: "22P02" });
    expect((await client("omla_live_no").from("models").select()).status).toBe(401);
  });
});

describe("postgrest-js calls functions", () => {
  it("by POST and by GET, with filters on their rows", async () => {
    const { child, base } = registry;
    const args = { target_model_id: child.model_id };
    expect((await client().rpc("resolve_splits", args)).data).toHaveLength(2);
    const got = await client()
      .rpc("resolve_splits", args, { get: true })
      .eq("wallet_address", base.address)
      .select("wallet_address")
      .single();
    expect(got.data).toEqual({ wallet_address: base.address });
    expect((await client().rpc("lineage_graph", args)).data).toMatchObject({ nodes: expect.any(Array), edges: [expect.anything()] });
    expect((await client().rpc("verify_many", { ids: [child.model_id, "x"] })).data).toMatchObject([
      { registered: true },
      { registered: false },
    ]);
    expect((await client().rpc("verify_many", { ids: [child.model_id] }, { get: true })).data).toMatchObject([{ registered: true }]);
    expect((await client().rpc("verify_by_hash", { hash: base.hash }).single()).data).toMatchObject({ name: "Base LM" });
  });

  it("and hears which function there is not", async () => {
    expect((await client().rpc("nothing", { a: 1 })).error).toMatchObject({
      code: "PGRST202",
      message: "Could not find the function public.nothing(a) in the schema cache",
    });
    expect((await client().rpc("verify_many", { ids: Array.from({ length: 101 }, () => "x") })).error).toMatchObject({
      code: "LIMIT_EXCEEDED",
    });
  });
});

describe("postgrest-js writes", () => {
  it("insert().select().single() registers by the signed document", async () => {
    const model = await signModel({ name: "By client" });
    const { data, error, status } = await client().from("models").insert(model.document).select("id,name").single();
    expect([status, error, data]).toEqual([201, null, { id: model.model_id, name: "By client" }]);
  });

  it("insert() without a signature, update(), upsert() and delete() of what is signed are refused with the way to go", async () => {
    const { wallet_id, creator } = registry;
    const refusals = [
      await client(creator).from("models").insert({ name: "x" }),
      await client(creator).from("wallets").update({ rail: "paypal" }).eq("id", wallet_id).select(),
      await client(creator).from("wallets").upsert({ id: wallet_id, rail: "paypal" }),
      await client(creator).from("wallets").delete().eq("id", wallet_id),
    ];
    for (const { status, error } of refusals)
      expect([status, error]).toMatchObject([403, { code: "SIGNATURE_REQUIRED", hint: expect.any(String) }]);
  });

  it("insert().select() files a report", async () => {
    const { base, stranger } = registry;
    const row = { model_id: base.model_id, quarter: "2026-Q1", revenue_usd: "10", run_cost_usd: "0", inferences: 3 };
    const { data, status } = await client(stranger.api_key).from("usage_reports").insert([row]).select("inferences,royalty_usd::text");
    expect([status, data]).toEqual([201, [{ inferences: 3, royalty_usd: "3.000000" }]]);
  });
});
