import { expect, it } from "vitest";
import type { Relation, Relationship } from "../../src/postgrest/catalogue.ts";
import { findRelationship } from "../../src/postgrest/find-relationship.ts";

const across = (between: string): Relationship => ({
  name: between,
  kind: "many-to-many",
  target: "readers",
  pairs: [["id", "book_id"]],
  junction: { relation: between, pairs: [["reader_id", "id"]], names: [`${between}_book_fkey`, `${between}_reader_fkey`] },
  holdsKey: false,
});
const books: Relation = { name: "books", columns: new Map(), primaryKey: ["id"], relationships: [across("loans"), across("holds")] };
const catalogue = { schema: "library", relations: new Map([["books", books]]), routines: new Map() };

it("two tables between leave a choice, which is told with their columns, and a hint makes it", () => {
  const ask = (hint?: string): Relationship => findRelationship(catalogue, books, { target: "readers", hint });
  expect(() => ask()).toThrow(
    expect.objectContaining({
      status: 300,
      code: "PGRST201",
      hint: "Try changing 'readers' to one of the following: 'readers!loans', 'readers!holds'. Find the desired relationship in the 'details' key.",
      details: ["loans", "holds"].map((between) => ({
        cardinality: "many-to-many",
        embedding: "books with readers",
        relationship: `${between} using ${between}_book_fkey(book_id) and ${between}_reader_fkey(reader_id)`,
      })),
    }) as Error,
  );
  expect(ask("holds").name).toBe("holds");
});
