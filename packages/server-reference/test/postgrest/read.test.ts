import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLibrary, type Library } from "./library.ts";

let library: Library;
beforeAll(async () => {
  library = await createLibrary();
});
afterAll(() => library.close());

const ids = async (query: string): Promise<unknown> => {
  const answer = await library.table("books", `select=id&order=id&${query}`);
  expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
  return (answer.body as { id: number }[]).map(({ id }) => id);
};

describe("filters", () => {
  it.each([
    ["id=eq.2", [2]],
    ["id=neq.2", [1, 3, 4]],
    ["id=gt.2", [3, 4]],
    ["id=gte.2", [2, 3, 4]],
    ["id=lt.2", [1]],
    ["id=lte.2", [1, 2]],
    ["title=like.S*", [2]],
    ["title=like.s*", []],
    ["title=ilike.*SOL*", [2]],
    ["id=in.(1,3)", [1, 3]],
    ["id=in.()", []],
    ['title=in.(Solaris,"Anonymous, \\"quoted\\" (x)")', [2, 4]],
    ["author_id=is.null", [4]],
    ["author_id=not.is.null", [1, 2, 3]],
    ["in_print=is.true", [1, 2]],
    ["in_print=is.false", [3]],
    ["in_print=is.unknown", [4]],
    ["author_id=isdistinct.1", [2, 3, 4]],
    ["id=not.eq.2", [1, 3, 4]],
    ["id=not.in.(1,2)", [3, 4]],
    ["title=not.ilike.*so*", [1, 3, 4]],
    ["binding=eq.hard", [1]],
    ["printed=gte.1970-01-01", [1, 3]],
    ["tags->>genre=eq.sf", [1, 2]],
    ["tags->awards->>0=eq.Hugo", [1]],
    ["tags->awards->>-1=eq.Nebula", [1]],
    ["id=gt.1&id=lt.4", [2, 3]],
    ["or=(id.eq.1,id.eq.3)", [1, 3]],
    ["and=(id.gt.1,or(title.like.S*,title.eq.Kindred))", [2, 3]],
    ["not.or=(id.eq.1,id.eq.3)", [2, 4]],
    ["or=(id.not.in.(1,2,3),and(id.eq.1,in_print.is.true))", [1, 4]],
    ["or=(not.and(id.gte.2,id.lte.4),id.eq.4)", [1, 4]],
    ['or=(title.eq."Anonymous, \\"quoted\\" (x)",id.eq.1)', [1, 4]],
    ["title=eq.Anonymous,%20%22quoted%22%20(x)", [4]],
    ["or=(id.eq.1, and(id.gt.1, id.lt.3 ) , id.in.( 4,5 ) )", [1, 2, 4]],
    ["or=(title.is.null ,and (in_print.is.true , id.eq.2))", [2]],
    ['title=in.(So"laris,Solaris)', [2]],
    ['title=in.("Solaris"x,"Kindred")', [3]],
  ])("%s", async (query, expected) => {
    expect(await ids(query)).toEqual(expected);
  });
});

describe("select", () => {
  it("gives every column by default, named ones when asked, under other names and as other types", async () => {
    const all = await library.table("authors", "id=eq.2");
    expect(all.body).toEqual([{ id: 2, name: "Lem", mentor_id: 1 }]);
    const some = await library.table("books", 'select=nr:id,title,"in_print",pages::text,genre:tags->>genre,tags->awards&id=eq.1');
    expect(some.body).toEqual([
      { nr: 1, title: "The Dispossessed", in_print: true, pages: "9007199254740993", genre: "sf", awards: ["Hugo", "Nebula"] },
    ]);
  });

  it("keeps every digit of a number", async () => {
    const { text } = await library.table("books", "select=price,pages&id=eq.1");
    expect(text).toBe('[{"price":123456789012345678.123456789012,"pages":9007199254740993}]');
  });

  it("reads tables and columns of odd names", async () => {
    const odd = await library.table('odd "names"', 'select="a.b","select"&"a.b"=eq.dot');
    expect(odd.body).toEqual([{ "a.b": "dot", select: "word" }]);
  });
});

describe("lists and keys", () => {
  it.each([
    ["shelves=eq.{a,b}", [1]],
    ["or=(shelves.eq.{a,b},id.eq.7)", [1]],
    ['and=(shelves.eq.{"c d"},id.gt.1)', [2]],
    ["notes->opening-hours->>on-sunday=eq.never", [1]],
    ["or=(notes->opening-hours->>on-sunday.eq.never,id.eq.2)", [1, 2]],
  ])("%s", async (query, expected) => {
    const { body } = await library.table("rooms", `select=id&order=id&${query}`);
    expect((body as { id: number }[]).map(({ id }) => id)).toEqual(expected);
  });

  it("with dashes are keys of JSON in a select too", async () => {
    const { body } = await library.table(
      "rooms",
      "select=notes->opening-hours->>on-sunday,closed:notes->opening-hours->>on-sunday&id=eq.1",
    );
    expect(body).toEqual([{ "on-sunday": "never", closed: "never" }]);
  });
});

describe("blanks", () => {
  it("around the parts of a select, an order and a list of columns say nothing", async () => {
    const query = "select= id , writer: authors!author_id( * ) , title &order= id.desc , title &limit=1";
    expect((await library.table("books", query)).body).toMatchObject([{ id: 4, writer: null }]);
    expect((await library.table("authors", "select=*, books!author_id( id )&id=eq.2")).body).toEqual([
      { id: 2, name: "Lem", mentor_id: 1, books: [{ id: 2 }] },
    ]);
  });
});

describe("what is embedded", () => {
  it("orders the rows, where it is one row", async () => {
    const titles = async (order: string): Promise<unknown> => {
      const { body } = await library.table("books", `select=title,writer:authors!author_id(id)&order=${order}`);
      return (body as { title: string }[]).map(({ title }) => title.slice(0, 3));
    };
    expect(await titles("writer(name)")).toEqual(["Kin", "The", "Sol", "Ano"]);
    expect(await titles("writer(name).desc.nullslast,id")).toEqual(["Sol", "The", "Kin", "Ano"]);
    expect(await titles("writer(mentor_id).nullsfirst,writer(name).desc")).toEqual(["Ano", "The", "Sol", "Kin"]);
  });

  it("is asked for its being there or not, alone and among other conditions, and counted so", async () => {
    const found = async (query: string): Promise<unknown> => {
      const { body, headers } = await library.table("books", `select=id,${query}&order=id`, { headers: { prefer: "count=exact" } });
      return [(body as { id: number }[]).map(({ id }) => id), headers["content-range"]];
    };
    expect(await found("details()&details=is.null")).toEqual([[2, 3, 4], "0-2/3"]);
    expect(await found("details()&details=not.is.null")).toEqual([[1], "0-0/1"]);
    expect(await found("loans()&loans=is.null")).toEqual([[3, 4], "0-1/2"]);
    expect(await found("loans(days)&loans.days=gt.20&loans=not.is.null")).toEqual([[2], "0-0/1"]);
    expect(await found("editor_id(name)&editor_id=eq.2")).toEqual([[1], "0-0/1"]);
    expect(await found("lent:loans()&or=(lent.not.is.null,id.eq.4)")).toEqual([[1, 2, 4], "0-2/3"]);
  });

  it.each([
    ["select=id,loans(days)&order=loans(days)", 400, "PGRST118"],
    ["select=id&order=loans(days)", 400, "PGRST108"],
    ["select=id,details(blurb)&order=details(nothing)", 400, "42703"],
    ["select=id,loans()&loans=eq.1", 400, "PGRST120"],
    ["select=id,loans()&or=(loans.is.true,id.eq.1)", 400, "PGRST120"],
    ["select=count()", 400, "PGRST123"],
  ])("%s → %s %s", async (query, status, code) => {
    const { status: got, body } = await library.table("books", query);
    expect([got, (body as { code: string }).code]).toEqual([status, code]);
  });
});

describe("embedding", () => {
  it("follows a foreign key to one, by table, by constraint, by column and under another name", async () => {
    const query = "select=id,author:authors!books_author_fkey(name),editor:editor_id(name)&id=eq.1";
    expect((await library.table("books", query)).body).toEqual([{ id: 1, author: { name: "Le Guin" }, editor: { name: "Lem" } }]);
    const none = await library.table("books", "select=id,authors!author_id(name)&id=eq.4");
    expect(none.body).toEqual([{ id: 4, authors: null }]);
  });

  it("follows it back to a list with filters, order and limit of its own", async () => {
    const query = "select=name,books!author_id(title)&books.price=lt.9&books.order=title.desc&books.limit=1&order=id&limit=2";
    expect((await library.table("authors", query)).body).toEqual([
      { name: "Le Guin", books: [] },
      { name: "Lem", books: [{ title: "Solaris" }] },
    ]);
    const offset = await library.table("books", "select=loans(days)&loans.order=days.desc&loans.offset=1&id=eq.1");
    expect(offset.body).toEqual([{ loans: [{ days: 7 }] }]);
    const either = await library.table("books", "select=loans(days)&loans.or=(days.eq.7,days.eq.8)&id=eq.1");
    expect(either.body).toEqual([{ loans: [{ days: 7 }] }]);
  });

  it("crosses a table between, nests, and knows one-to-one", async () => {
    const query = "select=title,readers(name,loans(days,books(title)))&readers.order=name&readers.loans.order=days&order=id&limit=1";
    expect((await library.table("books", query)).body).toEqual([
      {
        title: "The Dispossessed",
        readers: [
          {
            name: "Ann",
            loans: [
              { days: 14, books: { title: "The Dispossessed" } },
              { days: 21, books: { title: "Solaris" } },
            ],
          },
          { name: "Bob", loans: [{ days: 7, books: { title: "The Dispossessed" } }] },
        ],
      },
    ]);
    expect((await library.table("books", "select=id,details(blurb)&id=lte.2&order=id")).body).toEqual([
      { id: 1, details: { blurb: "An ambiguous utopia" } },
      { id: 2, details: null },
    ]);
  });

  it("keeps only parents with children where it is joined inwards", async () => {
    const inner = await library.table("books", "select=id,loans!inner(days)&loans.days=gt.10&order=id", {
      headers: { prefer: "count=exact" },
    });
    expect(inner.body).toEqual([
      { id: 1, loans: [{ days: 14 }] },
      { id: 2, loans: [{ days: 21 }] },
    ]);
    expect(inner.headers["content-range"]).toBe("0-1/2");
    const hidden = await library.table("books", "select=id,authors!author_id!inner()&authors.name=eq.Lem");
    expect(hidden.body).toEqual([{ id: 2 }]);
  });

  it("puts the columns of one row among the parent's", async () => {
    const spread = await library.table("books", "select=title,...authors!author_id(author:name)&id=eq.2");
    expect(spread.body).toEqual([{ title: "Solaris", author: "Lem" }]);
    expect((await library.table("authors", "select=name,...books!author_id(title)")).body).toMatchObject({ code: "PGRST119" });
  });

  it("climbs a table that refers to itself by its column, and descends otherwise", async () => {
    expect((await library.table("authors", "select=name,mentor:mentor_id(name)&id=eq.2")).body).toEqual([
      { name: "Lem", mentor: { name: "Le Guin" } },
    ]);
    expect((await library.table("authors", "select=name,pupils:authors!authors_mentor_fkey(name)&id=eq.1&pupils.order=name")).body).toEqual(
      [{ name: "Le Guin", pupils: [{ name: "Butler" }, { name: "Lem" }] }],
    );
  });

  it("finds the keys behind views, and behind views of views", async () => {
    const shelf = await library.table("shelf", "select=title,authors!writer(name),loans(days)&book=eq.2");
    expect(shelf.body).toEqual([{ title: "Solaris", authors: { name: "Lem" }, loans: [{ days: 21 }] }]);
    const top = await library.table("top_shelf", "select=title,writer(name)&book=eq.1");
    expect(top.body).toEqual([{ title: "THE DISPOSSESSED", writer: { name: "Le Guin" } }]);
  });

  it("needs of a key of several columns what tells the rows apart, and no less", async () => {
    expect((await library.table("worn", "select=mark,copies(shelf_mark)")).body).toEqual([{ mark: "a2", copies: { shelf_mark: "A2" } }]);
    expect((await library.table("damaged", "select=id,copies(*)")).body).toMatchObject({ code: "PGRST200" });
  });

  it("asks for a hint where two keys lead there, and says which there are", async () => {
    const answer = await library.table("books", "select=*,authors(*)");
    expect(answer.status).toBe(300);
    expect(answer.body).toMatchObject({
      code: "PGRST201",
      message: "Could not embed because more than one relationship was found for 'books' and 'authors'",
      hint: expect.stringContaining("'authors!books_author_fkey', 'authors!books_editor_fkey'"),
    });
    const across = await library.table("books", "select=readers!nothing(*)");
    expect(across.body).toMatchObject({ code: "PGRST200", details: expect.stringContaining("using the hint 'nothing'") });
  });
});

describe("order and pages", () => {
  it("orders by several columns, directions and places of null", async () => {
    expect(await ids("")).toEqual([1, 2, 3, 4]);
    const ordered = async (order: string): Promise<unknown> =>
      ((await library.table("books", `select=id&order=${order}`)).body as { id: number }[]).map(({ id }) => id);
    expect(await ordered("id.desc")).toEqual([4, 3, 2, 1]);
    expect(await ordered("price.asc.nullsfirst")).toEqual([4, 3, 2, 1]);
    expect(await ordered("price.desc.nullslast")).toEqual([1, 2, 3, 4]);
    expect(await ordered("binding,id.desc")).toEqual([1, 3, 2, 4]);
    expect(await ordered("tags->>genre.desc.nullslast,id")).toEqual([1, 2, 3, 4]);
  });

  it.each([
    ["limit=2", {}, [1, 2], "0-1/*", 200],
    ["limit=2&offset=3", {}, [4], "3-3/*", 200],
    ["", { range: "1-2" }, [2, 3], "1-2/*", 200],
    ["", { range: "2-" }, [3, 4], "2-3/*", 200],
    ["offset=1&limit=3", { range: "0-1" }, [2], "1-1/*", 200],
    ["limit=2", { range: "1-9" }, [2], "1-1/*", 200],
    ["limit=0", { range: "0-9" }, [], "*/*", 200],
    ["limit=1&offset=1", { prefer: "count=exact" }, [2], "1-1/4", 206],
    ["", { prefer: "count=exact" }, [1, 2, 3, 4], "0-3/4", 200],
    ["id=gt.9", { prefer: "count=exact" }, [], "*/0", 200],
    ["limit=0", {}, [], "*/*", 200],
  ])("%s %j", async (query, headers, expected, range, status) => {
    const answer = await library.table("books", `select=id&order=id&${query}`, { headers });
    expect((answer.body as { id: number }[]).map(({ id }) => id)).toEqual(expected);
    expect([answer.status, answer.headers["content-range"]]).toEqual([status, range]);
  });

  it("refuses a page behind the last row, and a range that ends before it begins", async () => {
    const behind = await library.table("books", "offset=5", { headers: { prefer: "count=exact" } });
    expect([behind.status, behind.body]).toEqual([
      416,
      {
        code: "PGRST103",
        details: "An offset of 5 was requested, but there are only 4 rows.",
        hint: null,
        message: "Requested range not satisfiable",
      },
    ]);
    expect((await library.table("books", "", { headers: { range: "5-2" } })).status).toBe(416);
    expect((await library.table("books", "limit=2", { headers: { range: "2-9" } })).body).toMatchObject({ code: "PGRST103" });
    expect((await library.table("books", "limit=-1")).status).toBe(416);
  });

  it("gives no more rows than its bound", async () => {
    const small = await createLibrary({ bounds: { rows: 2 } });
    const answer = await small.table("books", "select=id,loans(days)&order=id&limit=100", { headers: { prefer: "count=exact" } });
    expect([answer.status, answer.headers["content-range"]]).toEqual([206, "0-1/4"]);
    await small.close();
  });
});

describe("a single object", () => {
  const headers = { accept: "application/vnd.pgrst.object+json" };
  it("is an object, not a list", async () => {
    const answer = await library.table("authors", "select=name&id=eq.1", { headers });
    expect([answer.status, answer.text, answer.headers["content-type"]]).toEqual([
      200,
      '{"name":"Le Guin"}',
      "application/vnd.pgrst.object+json; charset=utf-8",
    ]);
  });

  it.each([
    ["id=gt.99", "The result contains 0 rows"],
    ["id=lt.3", "The result contains 2 rows"],
  ])("is refused for %s", async (query, details) => {
    const answer = await library.table("authors", query, { headers });
    expect(answer.status).toBe(406);
    expect(answer.body).toEqual({ code: "PGRST116", details, hint: null, message: "Cannot coerce the result to a single JSON object" });
  });

  it("leaves nulls out where asked", async () => {
    const stripped = await library.table("authors", "id=eq.1", { headers: { accept: "application/vnd.pgrst.object+json;nulls=stripped" } });
    expect(stripped.body).toEqual({ id: 1, name: "Le Guin" });
  });
});

describe("refusals", () => {
  it.each([
    ["nothing", "", 404, { code: "PGRST205", message: "Could not find the table 'library.nothing' in the schema cache" }],
    ["pg_class", "", 404, { code: "PGRST205" }],
    ["books", "nothing=eq.1", 400, { code: "42703", message: "column books.nothing does not exist" }],
    ["books", "select=nothing", 400, { code: "42703" }],
    ["books", "order=nothing", 400, { code: "42703" }],
    ["books", "select=*,secrets(*)", 400, { code: "PGRST200", details: expect.stringContaining("in the schema 'library'") }],
    ["books", "loans.days=eq.1", 400, { code: "PGRST108", message: "'loans' is not an embedded resource in this request" }],
    ["books", "id=foo.1", 400, { code: "PGRST100", message: '"failed to parse filter (foo.1)" (line 1, column 1)' }],
    ["books", "id=1", 400, { code: "PGRST100" }],
    ["books", "or=(id.eq.1", 400, { code: "PGRST100" }],
    ["books", "or=id.eq.1)", 400, { code: "PGRST100" }],
    ["books", "id=in.(1,2", 400, { code: "PGRST100" }],
    ["books", "select=id,(", 400, { code: "PGRST100" }],
    ["books", "select=authors(id", 400, { code: "PGRST100" }],
    ["books", "select=id::regclass", 400, { code: "PGRST100" }],
    ["books", "select=id.count()", 400, { code: "PGRST123" }],
    ["books", "id=eq.abc", 400, { code: "22P02", message: 'invalid input syntax for type integer: "abc"' }],
    ["books", "binding=eq.leather", 400, { code: "22P02" }],
    ["books", "id=eq.99999999999", 400, { code: "22003" }],
    ["books", "printed=eq.2020-13-40", 400, { code: "22008" }],
    ["books", "id=like.1*", 404, { code: "42883" }],
    ["books", "limit=x", 400, { code: "PGRST100" }],
    ["books", "id=eq.%00", 400, { code: "PGRST100" }],
    ["books", "id=eq.%ff", 400, { code: "PGRST100" }],
    ["secrets", "", 401, { code: "42501", message: "permission denied for table secrets" }],
    ["readers", "select=card", 401, { code: "42501" }],
    ["books", "title=ilike.*a*", 400, { code: "PGRST100" }],
  ])("%s?%s", async (table, query, status, body) => {
    const answer = await library.table(table, query);
    expect([answer.status, answer.body]).toEqual([status, expect.objectContaining(body)]);
  });

  it("keeps every bound", async () => {
    const many = (count: number, one: string): string => Array.from({ length: count }, () => one).join("&");
    expect((await library.table("books", many(100, "id=gt.0"))).status).toBe(200);
    expect((await library.table("books", many(101, "id=gt.0"))).body).toMatchObject({
      code: "PGRST100",
      message: "A request has at most 100 filters.",
    });
    expect((await library.table("books", many(10_000, "id=gt.0"))).status).toBe(414);
    const deep = (levels: number): string => `select=id${",loans(days,books(id".repeat(levels)}${"))".repeat(levels)}`;
    expect((await library.table("books", deep(2))).status).toBe(200);
    expect((await library.table("books", deep(3))).body).toMatchObject({ message: "Tables can be embedded at most 4 levels deep." });
    expect((await library.table("books", `or=${"(and".repeat(6)}(id.eq.1)${")".repeat(6)}`)).status).toBe(400);
    expect((await library.table("books", `title=like.${"a*".repeat(9)}`)).status).toBe(400);
    expect((await library.table("books", `select=${"id,".repeat(300)}id`)).status).toBe(400);
  });

  it("serves its own schema and media types only", async () => {
    expect((await library.table("books", "", { headers: { "accept-profile": "pg_catalog" } })).body).toMatchObject({ code: "PGRST106" });
    expect((await library.table("books", "", { headers: { accept: "text/csv" } })).body).toMatchObject({ code: "PGRST107" });
    expect((await library.table("books", "", { headers: { prefer: "handling=strict, wild=yes" } })).body).toMatchObject({
      code: "PGRST122",
    });
    expect((await library.table("books", "", { method: "PUT" })).status).toBe(405);
  });
});

describe("HEAD", () => {
  it("answers the figures without the rows", async () => {
    const answer = await library.table("books", "select=id", { method: "HEAD", headers: { prefer: "count=exact" } });
    expect([answer.status, answer.text, answer.headers["content-range"]]).toEqual([200, undefined, "0-3/4"]);
  });
});
