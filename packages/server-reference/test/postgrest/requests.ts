import fc from "fast-check";
import { RestError } from "../../src/postgrest/index.ts";
import { type Answered, type Library, WRITER } from "./library.ts";

/** A request as the grammar makes it, or as nobody would. */
export interface Drawn {
  readonly kind: "table" | "routine";
  readonly method: string;
  readonly target: string;
  readonly query: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly isWriter: boolean;
}

const INJECTIONS = [
  "'; drop table library.books; --",
  '" or 1=1; --',
  "\\'; select 1",
  "$1",
  "1);delete from library.books;--",
  "%00",
  "\ud800",
  "😀",
  "(((",
  ")))",
  '"',
  "\\",
  "->>",
  "::regclass",
  "__proto__",
  "{",
  "}",
  "%",
  "*",
  "null",
  ",",
  ".",
  "",
] as const;
const COLUMNS = [
  "id",
  "title",
  "author_id",
  "price",
  "pages",
  "binding",
  "tags",
  "printed",
  "in_print",
  "isbn",
  "name",
  "days",
  "nothing",
  "book_id",
  "reader_id",
  "shelves",
  "notes",
] as const;
const TABLES = [
  "books",
  "authors",
  "loans",
  "readers",
  "details",
  "shelf",
  "top_shelf",
  "secrets",
  "copies",
  "damages",
  "worn",
  "rooms",
  "nothing",
  "pg_class",
] as const;
const ROUTINES = [
  "add",
  "books_of",
  "first_book",
  "counts",
  "words",
  "joined",
  "echo",
  "same",
  "refuse",
  "hidden",
  "forget",
  "nothing",
  "pg_sleep",
] as const;
const OPERATORS = [
  "eq",
  "neq",
  "gt",
  "gte",
  "lt",
  "lte",
  "like",
  "ilike",
  "in",
  "is",
  "isdistinct",
  "cs",
  "match",
  "not.eq",
  "not.in",
  "not.is",
  "fts",
  "",
] as const;

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...INJECTIONS) },
  fc.string({ maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 6 }),
);
const value = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      "1",
      "2",
      "-1",
      "0",
      "99999999999999999999",
      "1.5",
      "NaN",
      "Infinity",
      "true",
      "null",
      "2020-01-01",
      "soft",
      "*a*b*",
      "(1,2)",
      '("a","b")',
      "()",
      "S*",
      "{}",
      "[]",
      "{a,b}",
      '{"a":1}',
      '"a"b',
      " ( 1 , 2 ) ",
    ),
  },
  text,
);
const name = fc.oneof({ weight: 25, arbitrary: fc.constantFrom(...COLUMNS) }, text);
const field = fc
  .tuple(
    name,
    fc.constantFrom(...new Array<string>(20).fill(""), "->a", "->>a", "->0", "->>-1", "->a->>b", "->", '->>"x"', "->a-b", "-> a"),
  )
  .map((parts) => parts.join(""));
const test = fc
  .tuple(fc.oneof({ weight: 3, arbitrary: fc.constantFrom("eq", "gt", "lte", "neq") }, fc.constantFrom(...OPERATORS)), value)
  .map(([operator, given]) => `${operator}.${given}`);
const logic: fc.Arbitrary<string> = fc.letrec<{ tree: string; leaf: string }>((tie) => ({
  leaf: fc.tuple(field, test).map(([column, condition]) => `${column}.${condition}`),
  tree: fc.oneof(
    { maxDepth: 3 },
    tie("leaf"),
    fc
      .tuple(fc.constantFrom("and", "or", "not.and", "not.or"), fc.array(tie("tree"), { maxLength: 3 }))
      .map(([operator, parts]) => `${operator}(${parts.join(parts.length === 2 ? ", " : ",")})`),
  ),
})).tree;
const embed: fc.Arbitrary<string> = fc.letrec<{ items: string; item: string }>((tie) => ({
  item: fc.oneof(
    { maxDepth: 4 },
    fc.constant("*"),
    fc
      .tuple(fc.constantFrom("", "x:", "y:"), field, fc.constantFrom("", "", "::text", "::int", "::numeric", "::json", ".count()"))
      .map((parts) => parts.join("")),
    fc
      .tuple(
        fc.constantFrom("", "", "x:", "..."),
        fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...TABLES) }, text),
        fc.constantFrom("", "", "!inner", "!author_id", "!books_author_fkey", "!left", "!x"),
        tie("items"),
      )
      .map(([alias, table, hint, items]) => `${alias}${table}${hint}(${items})`),
  ),
  items: fc.array(tie("item"), { maxLength: 3 }).map((items) => items.join(",")),
})).items;
const related = fc.tuple(fc.constantFrom("authors", "author", "details", "books", "x"), field).map(([of, column]) => `${of}(${column})`);
const order = fc
  .array(
    fc.tuple(
      fc.oneof({ weight: 4, arbitrary: field }, related),
      fc.constantFrom("", ".asc", ".desc", ".nullsfirst", ".desc.nullslast", ".up"),
    ),
    { maxLength: 3 },
  )
  .map((terms) => terms.map((term) => term.join("")).join(","));
const path = fc.constantFrom(
  ...new Array<string>(24).fill(""),
  "",
  "",
  "",
  "books.",
  "authors.",
  "loans.",
  "loans.books.",
  "x.",
  "a.b.c.d.e.",
);
const encoded = (one: string): string => {
  try {
    return encodeURIComponent(one);
  } catch {
    return one;
  }
};
const pair = fc
  .tuple(
    path,
    fc.oneof(
      fc.tuple(field, test),
      fc.tuple(
        fc.constantFrom("and", "or", "not.and", "not.or"),
        logic.map((tree) => `(${tree})`),
      ),
      fc.tuple(fc.constant("select"), embed),
      fc.tuple(fc.constant("order"), order),
      fc.tuple(fc.constantFrom("limit", "offset"), value),
      fc.tuple(fc.constantFrom("columns", "on_conflict"), fc.oneof(name, fc.constantFrom("id", "title,id", "book_id,reader_id"))),
      fc.tuple(fc.constantFrom("a", "b", "author", "given", "minimum", "separator", "parts"), value),
    ),
    fc.boolean(),
  )
  .map(([at, [key, given], isRaw]) => (isRaw ? `${at}${key}=${given}` : `${encoded(at + key)}=${encoded(given)}`));
const json = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc
    .dictionary(
      fc.oneof(fc.constantFrom(...COLUMNS, "a", "b", "author", "given"), text),
      fc.oneof(fc.constantFrom<unknown>(1, 2, "x", null, 1e300, [], {}, ["a"], "2020-01-01", "\u0000"), text),
      { maxKeys: 4 },
    )
    .map((row) => JSON.stringify(row)),
  fc.constantFrom(
    "[]",
    "{}",
    "[{},{}]",
    "",
    "{",
    "[1]",
    '"x"',
    `${"[".repeat(5_000)}${"]".repeat(5_000)}`,
    '{"title":"a","title":"b"}',
    '{"price":1e400}',
    '{"pages":1e5}',
  ),
);
const header = fc.record(
  {
    prefer: fc
      .array(
        fc.constantFrom(
          "count=exact",
          "return=representation",
          "return=minimal",
          "return=headers-only",
          "resolution=merge-duplicates",
          "resolution=ignore-duplicates",
          "missing=default",
          "handling=strict",
          "max-affected=0",
          "max-affected=1",
          "x",
        ),
        { maxLength: 3 },
      )
      .map((words) => words.join(",")),
    accept: fc.constantFrom(
      ...new Array<string>(8).fill("application/json"),
      "*/*",
      "application/json",
      "application/vnd.pgrst.object+json",
      "application/vnd.pgrst.object+json;nulls=stripped",
      "application/vnd.pgrst.array+json;nulls=stripped",
      "text/csv",
      "x",
    ),
    range: fc.constantFrom("0-1", "1-", "5-2", "99999999999999999999-", "x"),
    "accept-profile": fc.constantFrom(...new Array<string>(20).fill("library"), "omla", "x"),
  },
  { requiredKeys: [] },
);

/** Parts that are right by themselves: what they make together reaches PostgreSQL. */
const SOUND = [
  "select=*,loans(*)",
  "select=id,title,author:authors!author_id(name,mentor:mentor_id(name)),loans!inner(days,readers(name))",
  "select=x:tags->awards->>0,price::text,...details(blurb),readers(*),copies(number)",
  "select=id,loans(),copies!inner(*)",
  "id=gt.1",
  "id=in.(1,2,100)",
  "id=not.in.(2)",
  "title=ilike.*so*",
  "price=lte.99.5",
  "pages=eq.9007199254740993",
  "binding=isdistinct.soft",
  "tags->>genre=eq.sf",
  "tags->awards=not.is.null",
  "printed=gte.1970-01-01",
  "or=(id.eq.1,and(in_print.is.true,not.or(pages.gt.3,pages.is.null)))",
  "not.and=(title.like.S*,id.gt.0)",
  "loans.days=gt.3",
  "loans.or=(days.lt.9,days.gt.10)",
  "loans.order=days.desc.nullslast",
  "loans.limit=1",
  "copies.offset=1",
  "author=not.is.null",
  "loans=is.null",
  "or=(loans.is.null, copies.not.is.null ,id.eq.1)",
  "order=author(name).desc.nullslast,id",
  "order=price.desc.nullslast,id",
  "order=tags->>genre",
  "limit=2",
  "offset=1",
  "columns=title,pages",
  "on_conflict=isbn",
] as const;
const soundQuery = fc
  .shuffledSubarray([...SOUND], { maxLength: 8 })
  .map((parts) => parts.map((part) => part.replaceAll("->", "-%3E")).join("&"));

export const request: fc.Arbitrary<Drawn> = fc
  .record({
    kind: fc.constantFrom("table" as const, "table" as const, "table" as const, "routine" as const),
    method: fc.constantFrom("GET", "GET", "GET", "HEAD", "POST", "PATCH", "DELETE", "PUT"),
    table: fc.oneof({ weight: 30, arbitrary: fc.constant("books") }, { weight: 30, arbitrary: fc.constantFrom(...TABLES) }, text),
    routine: fc.oneof({ weight: 30, arbitrary: fc.constantFrom(...ROUTINES) }, text),
    query: fc.oneof(
      { weight: 30, arbitrary: soundQuery },
      { weight: 30, arbitrary: fc.array(pair, { maxLength: 4 }).map((pairs) => pairs.join("&")) },
      fc.string({ unit: "binary", maxLength: 60 }),
    ),
    body: json,
    headers: header as fc.Arbitrary<Record<string, string>>,
    isWriter: fc.boolean(),
  })
  .map(({ table, routine, ...rest }) => ({ ...rest, target: rest.kind === "table" ? table : routine }));

/** What our statements are made of, which no answer may show. */
const OUR_SQL = /_t\d|"?_rows\b|_row\.\*|_written|_target|LATERAL|json_agg|row_to_json|json_to_record|WITH _|coalesce\(|syntax error/g;

/** What is wrong with the answer to a request; undefined where nothing is. */
export async function faultOf(library: Library, { kind, target, query, isWriter, ...rest }: Drawn): Promise<string | undefined> {
  let answer: Answered;
  try {
    answer = await library[kind](target, query, { ...rest, ...(isWriter ? WRITER : {}) });
  } catch (error) {
    return error instanceof RestError ? undefined : `threw ${String(error)} ${String((error as { code?: unknown }).code)}`;
  }
  if (answer.status >= 500) return `answered ${answer.status} ${answer.text}`;
  if (answer.status < 300) return undefined;
  const { code, message } = answer.body as { code?: unknown; message?: unknown };
  if (typeof code !== "string" || typeof message !== "string") return `answered ${answer.text}`;
  // Names that the request itself gave are repeated to it.
  const asked = [target, query, decoded(query), rest.body].join(" ");
  const ours = (answer.text ?? "").match(OUR_SQL)?.filter((word) => !asked.includes(word)) ?? [];
  return ours.length > 0 ? `shows SQL: ${answer.text}` : undefined;
}

function decoded(query: string): string {
  try {
    return decodeURIComponent(query);
  } catch {
    return "";
  }
}
