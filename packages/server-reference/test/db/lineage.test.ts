import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";
import { lineageChange, mutateIn, refusal, register } from "./arrange.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const weigh = (id: string): readonly [string, string][] => [[id, "0.1"]];

describe("a stored lineage", () => {
  it("cycle_rejected: cannot return to where it began", async () => {
    const a = await register(database);
    const b = await register(database, { parents: weigh(a.id) });
    const c = await register(database, { parents: weigh(b.id) });
    const closing = mutateIn(database, { model_id: a.id, nonce: 1, change: lineageChange(weigh(c.id)) }, a.keys);
    expect(await refusal(closing)).toMatchObject({ code: "LINEAGE_CYCLE", status: 422 });
    expect(
      (await database.db.query("anon", "select count(*)::int as n from public.lineage_edges where child_id = $1", [a.id])).rows,
    ).toEqual([{ n: 0 }]);
  });

  it("cannot be closed by two edges that are written at the same moment", async () => {
    for (let round = 0; round < 5; round += 1) {
      const [a, b] = [await register(database), await register(database)];
      const outcomes = await Promise.allSettled([
        mutateIn(database, { model_id: a.id, nonce: 1, change: lineageChange(weigh(b.id)) }, a.keys),
        mutateIn(database, { model_id: b.id, nonce: 1, change: lineageChange(weigh(a.id)) }, b.keys),
      ]);
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    }
  });

  it("holds no cycle at any moment of the past, though transactions begin in one order and end in another", async () => {
    let now = new Date("2026-08-01T00:00:00Z");
    const dated = await createTestDatabase({ now: () => now });
    try {
      const [a, b] = [await register(dated), await register(dated)];
      now = new Date("2026-08-01T00:00:20Z");
      await mutateIn(dated, { model_id: a.id, nonce: 1, change: lineageChange(weigh(b.id)) }, a.keys);
      now = new Date("2026-08-01T00:00:30Z");
      await mutateIn(dated, { model_id: a.id, nonce: 2, change: lineageChange([]) }, a.keys);
      // This one began before the edge that it would have met was closed, and ends after it.
      now = new Date("2026-08-01T00:00:25Z");
      await mutateIn(dated, { model_id: b.id, nonce: 1, change: lineageChange(weigh(a.id)) }, b.keys);
      for (const second of ["20", "25", "29", "30", "40"]) {
        const { rows } = await dated.db.query(
          "anon",
          "select sum(share::numeric)::text as whole from public.resolve_splits($1, null, $2)",
          [b.id, `2026-08-01T00:00:${second}Z`],
        );
        expect(rows).toEqual([{ whole: "1000000000000000000" }]);
      }
      // An edge that is dated after this transaction began counts as well.
      now = new Date("2026-08-01T00:00:10Z");
      const closing = mutateIn(dated, { model_id: a.id, nonce: 3, change: lineageChange(weigh(b.id)) }, a.keys);
      expect((await refusal(closing)).code).toBe("LINEAGE_CYCLE");
    } finally {
      await dated.close();
    }
  });

  it("has the limits that the registry was configured with", async () => {
    const strict = await createTestDatabase();
    try {
      await strict.db.service((tx) =>
        tx.query("select omla.configure_registry(null, 'sequential', $1)", [{ models: 3, depth: 1, parents: 2, splits: 1 }]),
      );
      const a = await register(strict);
      const b = await register(strict, { parents: weigh(a.id) });
      expect((await refusal(register(strict, { parents: weigh(b.id) }))).code).toBe("LINEAGE_TOO_DEEP");
      const [c, d] = [await register(strict), await register(strict)];
      const three = [...weigh(a.id), ...weigh(c.id), ...weigh(d.id)];
      expect((await refusal(register(strict, { parents: three }))).code).toBe("PARENTS_TOO_MANY");
      await strict.db.service((tx) =>
        tx.query("select omla.configure_registry(null, 'sequential', $1)", [{ models: 3, depth: 1, parents: 3 }]),
      );
      expect((await refusal(register(strict, { parents: three }))).code).toBe("LINEAGE_TOO_LARGE");
    } finally {
      await strict.close();
    }
  });

  it("counts a parent that registers later as outside, so that nobody is paid by surprise", async () => {
    const id = "6f1f3f0a-6f0e-4f3c-9a53-1d9a2a3b4c5d";
    const child = await register(database, { parents: weigh(id) });
    await register(database, { id });
    const { rows } = await database.db.query("anon", "select parent_id, parent_ref from public.lineage_edges where child_id = $1", [
      child.id,
    ]);
    expect(rows).toEqual([{ parent_id: null, parent_ref: id }]);
  });

  it("finds a parent by id, by its primary wallet in any case, and refuses both at once", async () => {
    const parent = await register(database);
    const child = await register(database, { parents: [[parent.address.toUpperCase(), "0.2"]] });
    const { rows } = await database.db.query("anon", "select parent_id from public.lineage_edges where child_id = $1", [child.id]);
    expect(rows).toEqual([{ parent_id: parent.id }]);
    const twice = register(database, {
      parents: [
        [parent.id, "0.1"],
        [parent.address, "0.1"],
      ],
    });
    expect((await refusal(twice)).code).toBe("PARENT_DUPLICATE");
  });

  it("cannot get a hole in its positions, whoever writes", async () => {
    const parent = await register(database);
    const model = await register(database);
    const hole = database.owner((client) =>
      client.query(
        `insert into omla.lineage_edges (child_id, parent_id, relationship, contribution_weight, position, effective_from, document_digest, update_signature, update_nonce)
         select $1, $2, 'merge', 0.1, 1, omla.now(), digest, signature, 0 from omla.documents where digest = $3`,
        [model.id, parent.id, model.document.digest],
      ),
    );
    expect((await refusal(hole)).code).toBe("POSITION_GAP");
  });
});

describe("lineage_graph", () => {
  it("gives nodes by depth and edges in declared order, parents outside the registry included", async () => {
    const root = await register(database);
    const middle = await register(database, { parents: [[root.id, "0.25"]] });
    const leaf = await register(database, {
      parents: [
        ["https://example.org/base", "0.10"],
        [middle.id, "0.2"],
        [root.id, "0.3"],
      ],
    });
    const { rows } = await database.db.query<{ graph: unknown }>("anon", "select public.lineage_graph($1) as graph", [leaf.id]);
    expect(rows[0]?.graph).toEqual({
      nodes: [
        { model_id: leaf.id, wallet: leaf.address, registered: true, depth: 0 },
        ...[
          { model_id: middle.id, wallet: middle.address, registered: true, depth: 1 },
          { model_id: "https://example.org/base", wallet: null, registered: false, depth: 1 },
        ].sort((a, b) => (a.model_id < b.model_id ? -1 : 1)),
        { model_id: root.id, wallet: root.address, registered: true, depth: 2 },
      ],
      edges: [
        {
          child_id: leaf.id,
          parent_id: "https://example.org/base",
          relationship: "fine-tune",
          contribution_weight: "0.10",
          position: 0,
          registered: false,
        },
        { child_id: leaf.id, parent_id: middle.id, relationship: "fine-tune", contribution_weight: "0.2", position: 1, registered: true },
        { child_id: leaf.id, parent_id: root.id, relationship: "fine-tune", contribution_weight: "0.3", position: 2, registered: true },
        { child_id: middle.id, parent_id: root.id, relationship: "fine-tune", contribution_weight: "0.25", position: 0, registered: true },
      ],
    });
  });

  it("refuses a model that is not registered", async () => {
    const unknown = database.db.query("anon", "select public.lineage_graph('00000000-0000-4000-8000-000000000000')");
    expect(await refusal(unknown)).toMatchObject({ code: "MODEL_NOT_FOUND", status: 404 });
  });
});

describe("resolve_splits", () => {
  it("gives shares, percentages and rails to everybody", async () => {
    const parent = await register(database, { rail: "other" });
    const child = await register(database, { parents: [[parent.id, "0.4"]] });
    const { rows } = await database.db.query("anon", "select * from public.resolve_splits($1) order by share", [child.id]);
    expect(rows).toEqual([
      { wallet_address: parent.address, wallet_rail: "other", percentage: "40", share: "400000000000000000" },
      { wallet_address: child.address, wallet_rail: "stripe", percentage: "60", share: "600000000000000000" },
    ]);
  });

  it("follows the registry's policy, or the one that is named", async () => {
    const [a, b] = [await register(database), await register(database)];
    const child = await register(database, {
      parents: [
        [a.id, "0.4"],
        [b.id, "0.3"],
      ],
    });
    const shareOf = async (policy: string | null): Promise<unknown> =>
      (
        await database.db.query("anon", "select share from public.resolve_splits($1, $2) where wallet_address = $3", [
          child.id,
          policy,
          b.address,
        ])
      ).rows[0]?.["share"];
    expect(await shareOf(null)).toBe("180000000000000000");
    expect(await shareOf("declared")).toBe("300000000000000000");
    expect((await refusal(shareOf("fair"))).code).toBe("LINEAGE_POLICY");
  });

  it("takes the sets that were in force at a date, and a model registered later as it was registered", async () => {
    let now = new Date("2026-08-01T00:00:00Z");
    const dated = await createTestDatabase({ now: () => now });
    try {
      const [a, b] = [await register(dated), await register(dated)];
      const child = await register(dated, { parents: [[a.id, "0.5"]] });
      now = new Date("2026-10-01T00:00:00Z");
      await mutateIn(dated, { model_id: child.id, nonce: 1, change: lineageChange([[b.id, "0.5"]]) }, child.keys);
      const late = await register(dated, { parents: [[child.id, "1"]] });
      const walletsOf = async (id: string, asOf: string | null): Promise<unknown> =>
        (
          await dated.db.query(
            "anon",
            "select array_agg(wallet_address order by wallet_address) as w from public.resolve_splits($1, null, $2)",
            [id, asOf],
          )
        ).rows[0]?.["w"];
      const endOfQuarter = "2026-09-30T23:59:59.999999Z";
      expect(await walletsOf(child.id, endOfQuarter)).toEqual([a.address, child.address].sort());
      expect(await walletsOf(child.id, "2026-10-01T00:00:00Z")).toEqual([b.address, child.address].sort());
      expect(await walletsOf(child.id, null)).toEqual([b.address, child.address].sort());
      expect(await walletsOf(late.id, endOfQuarter)).toEqual([a.address, child.address].sort());
      expect(await walletsOf(late.id, null)).toEqual([b.address, child.address].sort());
    } finally {
      await dated.close();
    }
  });
});
