import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answered, createLibrary, type Library, WRITER } from "./library.ts";

let library: Library;
beforeAll(async () => {
  library = await createLibrary();
});
afterAll(() => library.close());

const post = (name: string, body: unknown, query = "", headers: Record<string, string> = {}): Promise<Answered> =>
  library.routine(name, query, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body), headers });

describe("a function", () => {
  it("takes its arguments by name, from the body or the query, with their defaults", async () => {
    expect(await post("add", { a: 1, b: 2 })).toMatchObject({ status: 200, text: "3" });
    expect(await post("add", { a: 1 })).toMatchObject({ text: "11" });
    expect(await library.routine("add", "a=1&b=5")).toMatchObject({ status: 200, text: "6" });
    expect(await library.routine("words", "given={x,y}")).toMatchObject({ body: ["x", "y"] });
    expect(await post("words", { given: ["x", "y"] })).toMatchObject({ body: ["x", "y"] });
    expect(await post("echo", "[1,2.50]")).toMatchObject({ text: "[1,2.50]" });
    expect(await post("echo", '{"x":1}')).toMatchObject({ body: { x: 1 } });
    expect(await post("echo", '{"":1}')).toMatchObject({ text: '{"":1}' });
  });

  it("takes any number of what its last argument is, named once for each or as one array", async () => {
    expect(await library.routine("joined", "separator=-&parts=a&parts=b,c")).toMatchObject({ status: 200, body: "a-b,c" });
    expect(await library.routine("joined", "separator=-&parts=a")).toMatchObject({ body: "a" });
    expect(await post("joined", { separator: "+", parts: ["x", "y"] })).toMatchObject({ body: "x+y" });
  });

  it("takes the last of an argument that is given twice", async () => {
    expect(await library.routine("add", "a=1&a=2&b=0")).toMatchObject({ text: "2" });
    expect(await library.routine("words", "given={x}&given={y}")).toMatchObject({ body: ["y"] });
  });

  it("gives rows that can be selected, filtered, ordered, paged and joined like a table's", async () => {
    const books = await post("books_of", { author: "Lem" }, "select=title,authors!author_id(name),loans(days)");
    expect(books.body).toEqual([{ title: "Solaris", authors: { name: "Lem" }, loans: [{ days: 21 }] }]);
    const counts = await post("counts", {}, "books=gte.1&order=name&limit=2", { prefer: "count=exact" });
    expect([counts.status, counts.headers["content-range"], counts.body]).toEqual([
      206,
      "0-1/3",
      [
        { name: "Butler", books: 1 },
        { name: "Le Guin", books: 1 },
      ],
    ]);
    expect((await library.routine("counts", "minimum=1&name=eq.Lem&select=books")).body).toEqual([{ books: 1 }]);
    const single = await post("books_of", { author: "Lem" }, "select=title", { accept: "application/vnd.pgrst.object+json" });
    expect(single.body).toEqual({ title: "Solaris" });
    const none = await post("books_of", { author: "Nobody" }, "", { accept: "application/vnd.pgrst.object+json" });
    expect(none).toMatchObject({ status: 406, body: { code: "PGRST116" } });
  });

  it("gives one row as an object, nothing as no content", async () => {
    expect(await post("first_book", {}, "select=id,title")).toMatchObject({ status: 200, body: { id: 1, title: "The Dispossessed" } });
    const nothing = await library.routine("forget", "", { ...WRITER, method: "POST" });
    expect([nothing.status, nothing.text]).toEqual([204, undefined]);
    expect(await library.routine("add", "a=1", { method: "HEAD" })).toMatchObject({ status: 200, text: undefined });
  });
});

describe("a call is refused", () => {
  it.each([
    ["nothing", {}, 404, "PGRST202"],
    ["add", {}, 404, "PGRST202"],
    ["add", { a: 1, c: 2 }, 404, "PGRST202"],
    ["add", { a: "x" }, 400, "22P02"],
    ["add", "[1]", 400, "PGRST102"],
    ["add", "{", 400, "PGRST102"],
    ["add", { a: 2_147_483_647, b: 1 }, 400, "22003"],
    ["same", { a: 1 }, 300, "PGRST203"],
    ["hidden", {}, 401, "42501"],
    ["forget", {}, 401, "42501"],
    ["refuse", {}, 418, "TEAPOT"],
    ["pg_sleep", { "": 1 }, 404, "PGRST202"],
    ['add"(1); --', {}, 404, "PGRST202"],
  ])("%s %j → %i %s", async (name, body, status, code) => {
    const answer = await post(name, body);
    expect([answer.status, (answer.body as { code: string }).code]).toEqual([status, code]);
  });

  it("with what was looked for", async () => {
    expect((await post("add", { c: 1 })).body).toEqual({
      code: "PGRST202",
      details:
        "Searched for the function library.add with parameter c or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache.",
      hint: "Perhaps you meant to call the function library.add(a, b)",
      message: "Could not find the function library.add(c) in the schema cache",
    });
    expect((await post("refuse", {})).body).toEqual({ code: "TEAPOT", details: "a detail", hint: "a hint", message: "short and stout" });
  });

  it("by GET without mention of a body, and with all parameters", async () => {
    expect((await library.routine("add", "c=1&d=2")).body).toMatchObject({
      details: "Searched for the function library.add with parameters c, d, but no matches were found in the schema cache.",
    });
  });

  it("where more rows come than it may be, or no rows at all", async () => {
    const asked = async (name: string, most: number): Promise<unknown> => {
      const { status, body } = await post(name, {}, "", { prefer: `handling=strict, max-affected=${most}` });
      return [status, (body as { code?: string }).code];
    };
    expect(await asked("counts", 3)).toEqual([400, "PGRST124"]);
    expect(await asked("counts", 4)).toEqual([200, undefined]);
    expect(await asked("first_book", 4)).toEqual([400, "PGRST128"]);
  });

  it("where GET would write, and by other methods", async () => {
    expect(await library.routine("forget", "", WRITER)).toMatchObject({ status: 405, body: { code: "25006" } });
    expect(await library.routine("add", "", { method: "DELETE" })).toMatchObject({ status: 405, body: { code: "PGRST101" } });
  });
});
