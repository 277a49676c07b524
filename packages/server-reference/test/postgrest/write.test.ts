import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RestRequest } from "../../src/postgrest/index.ts";
import { type Answered, createLibrary, type Library, WRITER } from "./library.ts";

let library: Library;
beforeAll(async () => {
  library = await createLibrary();
});
beforeEach(() => library.reset());
afterAll(() => library.close());

const send = (
  method: string,
  target: string,
  query: string,
  body: unknown,
  prefer = "",
  more: Partial<RestRequest> = {},
): Promise<Answered> =>
  library.table(target, query, {
    ...WRITER,
    method,
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers: { prefer },
    ...more,
  });
const titles = async (): Promise<unknown> =>
  ((await library.table("books", "select=title&order=id")).body as { title: string }[]).map(({ title }) => title);

describe("POST", () => {
  it("inserts one row or many, and says nothing unless asked", async () => {
    const one = await send("POST", "books", "", { title: "Roadside Picnic" });
    expect([one.status, one.text, one.headers]).toEqual([201, undefined, { "content-range": "*/*" }]);
    const two = await send("POST", "books", "select=id,title", [{ title: "A" }, { title: "B" }], "return=representation, count=exact");
    expect([two.status, two.body]).toEqual([
      201,
      [
        { id: 101, title: "A" },
        { id: 102, title: "B" },
      ],
    ]);
    expect(two.headers).toEqual({
      "content-range": "*/2",
      "content-type": "application/json; charset=utf-8",
      "preference-applied": "return=representation, count=exact",
    });
    expect(((await titles()) as string[]).slice(4)).toEqual(["Roadside Picnic", "A", "B"]);
  });

  it("reads tables beside what it wrote, and tells where a row is", async () => {
    const embedded = await send(
      "POST",
      "books",
      "select=title,author:authors!author_id(name)",
      { title: "Fiasco", author_id: 2 },
      "return=representation",
    );
    expect(embedded.body).toEqual([{ title: "Fiasco", author: { name: "Lem" } }]);
    const location = await send("POST", "loans", "", { book_id: 3, reader_id: 1 }, "return=headers-only");
    expect([location.status, location.text, location.headers["location"]]).toEqual([201, undefined, "/loans?book_id=eq.3&reader_id=eq.1"]);
  });

  it("takes the columns that are named, null or the default for what a row leaves out", async () => {
    const rows = [{ title: "A", binding: "hard", extra: 1 }, { title: "B" }];
    const named = await send("POST", "books", 'select=title,binding&columns="title","binding"', rows, "return=representation");
    expect(named.body).toEqual([
      { title: "A", binding: "hard" },
      { title: "B", binding: null },
    ]);
    const defaults = await send(
      "POST",
      "books",
      "select=title,binding,id&columns=id,title,binding",
      rows,
      "return=representation,missing=default",
    );
    expect(defaults.body).toEqual([
      { title: "A", binding: "hard", id: 102 },
      { title: "B", binding: "soft", id: 103 },
    ]);
  });

  it("keeps every digit that it is sent", async () => {
    const body = '{"title":"N","price":123456789012345678.000000000001,"pages":9007199254740993}';
    const answer = await send("POST", "books", "select=price,pages", body, "return=representation");
    expect(answer.text).toBe('[{"price":123456789012345678.000000000001,"pages":9007199254740993}]');
  });

  it("inserts nothing for an empty list, and a row of defaults for an empty object", async () => {
    expect(await send("POST", "books", "", [], "return=representation")).toMatchObject({ status: 201, body: [] });
    expect(await send("POST", "books", "", {})).toMatchObject({ status: 400, body: { code: "23502" } });
    expect(await send("POST", "books", "", [{}, {}])).toMatchObject({ status: 400, body: { code: "PGRST102" } });
  });

  it("merges into rows that are there, or leaves them", async () => {
    const rows = [
      { book_id: 1, reader_id: 1, days: 99 },
      { book_id: 3, reader_id: 2, days: 5 },
    ];
    const merged = await send("POST", "loans", "select=book_id,days", rows, "resolution=merge-duplicates,return=representation");
    expect(merged.body).toEqual([
      { book_id: 1, days: 99 },
      { book_id: 3, days: 5 },
    ]);
    const ignored = await send(
      "POST",
      "loans",
      "select=book_id",
      [{ ...rows[0], days: 1 }],
      "resolution=ignore-duplicates,return=representation",
    );
    expect(ignored).toMatchObject({ status: 201, body: [] });
    const byKey = await send(
      "POST",
      "books",
      "on_conflict=isbn&select=id,title",
      { isbn: "b", title: "Sol" },
      "resolution=merge-duplicates,return=representation",
    );
    expect(byKey.body).toEqual([{ id: 2, title: "Sol" }]);
    expect(await send("POST", "books", "on_conflict=title", { title: "Sol" }, "resolution=merge-duplicates")).toMatchObject({
      status: 400,
      body: { code: "42P10" },
    });
    expect(await send("POST", "books", "on_conflict=nothing", { title: "Sol" }, "resolution=merge-duplicates")).toMatchObject({
      body: { code: "42703" },
    });
  });
});

describe("PATCH and DELETE", () => {
  it("change the rows that the filters name", async () => {
    const patched = await send("PATCH", "books", "id=in.(2,3)&select=id,title&order=id.desc", { title: "X" }, "return=representation");
    expect([patched.status, patched.body, patched.headers["content-range"]]).toEqual([
      200,
      [
        { id: 3, title: "X" },
        { id: 2, title: "X" },
      ],
      "0-1/*",
    ]);
    expect(await send("PATCH", "books", "id=eq.2", { title: "Y" })).toMatchObject({ status: 204, text: undefined });
    const deleted = await send("DELETE", "books", "id=eq.4&select=id", "", "return=representation,count=exact");
    expect([deleted.status, deleted.body, deleted.headers["content-range"]]).toEqual([200, [{ id: 4 }], "*/1"]);
    expect(await titles()).toEqual(["The Dispossessed", "Y", "X"]);
  });

  it("refuse to touch every row, or some by chance", async () => {
    expect(await send("DELETE", "books", "", "")).toMatchObject({
      status: 400,
      body: { code: "21000", message: "DELETE requires a WHERE clause" },
    });
    expect(await send("PATCH", "books", "id=gt.1&limit=1", { title: "X" })).toMatchObject({ status: 400, body: { code: "PGRST109" } });
    expect(((await titles()) as string[]).length).toBe(4);
  });

  it("are undone where one row was asked for and there is another number", async () => {
    const headers = { prefer: "return=representation", accept: "application/vnd.pgrst.object+json" };
    const many = await send("PATCH", "books", "id=lt.3", { title: "X" }, "", { headers });
    expect(many).toMatchObject({ status: 406, body: { code: "PGRST116", details: "The result contains 2 rows" } });
    expect(((await titles()) as string[]).slice(0, 2)).toEqual(["The Dispossessed", "Solaris"]);
    expect(await send("PATCH", "books", "id=eq.1&select=title", { title: "X" }, "", { headers })).toMatchObject({
      status: 200,
      body: { title: "X" },
    });
  });
});

describe("refused writes", () => {
  it.each([
    ["POST", "books", "", { nothing: 1 }, 400, "PGRST204"],
    ["POST", "books", "", "{", 400, "PGRST102"],
    ["POST", "books", "", "", 400, "PGRST102"],
    ["POST", "books", "", "[1]", 400, "PGRST102"],
    ["POST", "books", "", "null", 400, "PGRST102"],
    ["POST", "books", "", [{ title: "a" }, { id: 1 }], 400, "PGRST102"],
    ["POST", "books", "", { title: "a", id: 1 }, 409, "23505"],
    ["POST", "books", "", { title: "a", author_id: 77 }, 409, "23503"],
    ["POST", "books", "", { title: "a", pages: "many" }, 400, "22P02"],
    ["POST", "books", "", { title: "a\u0000b" }, 400, "22P05"],
    ["POST", "loans", "", { book_id: 3, reader_id: 2, days: 0 }, 400, "23514"],
    ["POST", "authors", "", { id: 9, name: "a" }, 403, "42501"],
    ["PATCH", "books", "id=eq.1", { title: null }, 400, "23502"],
    ["PATCH", "books", "id=eq.1", [{ title: "a" }, { title: "b" }], 400, "PGRST102"],
    ["DELETE", "authors", "id=eq.1", "", 403, "42501"],
    ["POST", 'books" (title) VALUES (1); --', "", { title: "a" }, 404, "PGRST205"],
    ["POST", "books", "", { 'title") SELECT 1; --': "a" }, 400, "PGRST204"],
    ["POST", "books", "", { __proto__x: 1, constructor: 2 }, 400, "PGRST204"],
  ])("%s %s %s %j → %i %s", async (method, target, query, body, status, code) => {
    const answer = await send(method, target, query, body);
    expect([answer.status, (answer.body as { code: string }).code]).toEqual([status, code]);
    expect(((await titles()) as string[]).length).toBe(4);
  });

  it("are not nested deeper than the bound", async () => {
    const nested = (levels: number): string => `{"tags":${"[".repeat(levels)}"[["${"]".repeat(levels)}}`;
    expect(await send("PATCH", "books", "id=eq.1", nested(30))).toMatchObject({ status: 204 });
    expect(await send("PATCH", "books", "id=eq.1", nested(30_000))).toMatchObject({ status: 400, body: { code: "PGRST100" } });
  });

  it("are for nobody without the right", async () => {
    const answer = await send("POST", "books", "", { title: "a" }, "", { role: "anon", claims: { role: "anon" } });
    expect(answer).toMatchObject({ status: 401, body: { code: "42501", message: "permission denied for table books" } });
  });

  it("hold no more rows than the bound", async () => {
    const rows = Array.from({ length: 1_001 }, () => ({ title: "a" }));
    expect(await send("POST", "books", "", rows)).toMatchObject({ status: 413 });
  });
});

describe("preferences", () => {
  const taken = { id: 1, title: "Again", isbn: "a" };
  it("answer an upsert by whether it made anything", async () => {
    const upsert = async (rows: unknown, query = "on_conflict=isbn", resolution = "merge"): Promise<unknown> => {
      const { status, body } = await send("POST", "books", query, rows, `return=representation, resolution=${resolution}-duplicates`);
      return [status, (body as { isbn: string }[]).map(({ isbn }) => isbn)];
    };
    expect(await upsert(taken)).toEqual([200, ["a"]]);
    expect(await upsert([taken, { id: 51, title: "New", isbn: "n" }])).toEqual([201, ["a", "n"]]);
    expect(await upsert({ id: 52, title: "Newer", isbn: "m" })).toEqual([201, ["m"]]);
    expect(await upsert(taken, "", "merge")).toEqual([200, ["a"]]);
    expect(await upsert(taken, "on_conflict=isbn", "ignore")).toEqual([201, []]);
    const silent = await send("POST", "books", "on_conflict=isbn", taken, "resolution=merge-duplicates");
    expect([silent.status, silent.text]).toEqual([200, undefined]);
  });

  it("undo a write that changes more rows than at most", async () => {
    const change = (prefer: string): Promise<Answered> => send("PATCH", "books", "id=lte.3", { title: "All" }, prefer);
    const refused = await change("handling=strict, max-affected=2");
    expect([refused.status, refused.body]).toEqual([
      400,
      {
        code: "PGRST124",
        details: "The query affects 3 rows",
        hint: null,
        message: "Query result exceeds max-affected preference constraint",
      },
    ]);
    expect(await titles()).toEqual(["The Dispossessed", "Solaris", "Kindred", 'Anonymous, "quoted" (x)']);
    const allowed = await change("handling=strict, max-affected=3");
    expect([allowed.status, allowed.headers["preference-applied"]]).toEqual([204, "handling=strict, max-affected=3"]);
    expect((await change("max-affected=2")).status).toBe(204);
    expect((await send("DELETE", "loans", "days=gt.0", "", "handling=strict, max-affected=1")).body).toMatchObject({ code: "PGRST124" });
  });

  it("that contradict each other count as the first of them", async () => {
    const prefer = "return=minimal, return=representation, count=exact";
    const { status, headers } = await send("PATCH", "books", "id=eq.1", { title: "x" }, prefer);
    expect([status, headers["preference-applied"]]).toEqual([204, "return=minimal, count=exact"]);
  });

  it("let a written row be told in the order of another table", async () => {
    const query = "id=lte.3&select=id,writer:authors!author_id(name)&order=writer(name)";
    const { body } = await send("PATCH", "books", query, { pages: 1 }, "return=representation");
    expect((body as { id: number }[]).map(({ id }) => id)).toEqual([3, 1, 2]);
    expect((await send("PATCH", "books", "authors=is.null&select=id,authors!author_id()", { pages: 1 })).body).toMatchObject({
      code: "42703",
    });
  });
});
