import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answered, createLibrary, type Library, WRITER } from "./library.ts";

/** Reads of strangers go without a transaction, and those of one kind together; nobody must notice. */
let library: Library;
beforeAll(async () => {
  library = await createLibrary();
});
afterAll(() => library.close());

type Question = readonly ["table" | "routine", string, string];
const ask = ([kind, target, query]: Question, more = {}): Promise<Answered> => library[kind](target, query, more);

const id = fc.constantFrom("1", "2", "3", "4", "77", "x", "", "99999999999999999999", "1.5");
const question = fc.oneof(
  id.map((value): Question => ["table", "books", `id=eq.${value}`]),
  id.map((value): Question => ["table", "books", `select=title,id&id=eq.${value}&limit=1`]),
  fc.constantFrom("Solaris", "Kindred", "No", '"', "$1", "{}", "NULL").map((title): Question => ["table", "books", `title=eq.${title}`]),
  fc.tuple(id, id).map(([book, reader]): Question => ["table", "loans", `book_id=eq.${book}&reader_id=eq.${reader}`]),
  id.map((value): Question => ["table", "secrets", `id=eq.${value}`]),
  fc.tuple(id, id).map(([a, b]): Question => ["routine", "add", `a=${a}&b=${b}`]),
  fc.constantFrom("Lem", "Nobody", "'").map((author): Question => ["routine", "books_of", `author=${author}&select=title`]),
  fc.constant<Question>(["routine", "refuse", ""]),
);

describe("a stranger's reads", () => {
  it("that come together are answered as each is alone, refusals too", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(question, { minLength: 1, maxLength: 40 }), async (questions) => {
        const together = await Promise.all(questions.map((one) => ask(one)));
        const alone: Answered[] = [];
        for (const one of questions) alone.push(await ask(one));
        expect(together).toEqual(alone);
      }),
      { numRuns: 60 },
    );
  });

  it("are answered each by its own row, when a thousand look up different ones", async () => {
    const wanted = Array.from({ length: 1_000 }, (_, at) => 1 + (at % 4));
    const answers = await Promise.all(wanted.map((value) => ask(["table", "books", `id=eq.${value}&select=id`])));
    expect(answers.map(({ text }) => text)).toEqual(wanted.map((value) => `[{"id":${value}}]`));
  });

  it("show a stranger what strangers may see, also between the reads of others", async () => {
    const secret: Question = ["table", "secrets", "id=eq.1"];
    const answers = await Promise.all([ask(secret), ask(secret, WRITER), ask(secret), ask(["table", "readers", "id=eq.1&select=card"])]);
    expect(answers.map(({ status }) => status)).toEqual([401, 200, 401, 401]);
  });

  it("cannot write, by a function that may", async () => {
    expect((await ask(["routine", "forget", ""])).status).toBe(401);
    expect((await ask(["routine", "forget", ""], WRITER)).status).toBe(405);
  });
});
