import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createLibrary, type Library } from "./library.ts";
import { faultOf, request } from "./requests.ts";

let library: Library;
beforeAll(async () => {
  library = await createLibrary();
});
afterAll(() => library.close());

it(
  "never fails and never shows SQL in a million requests",
  async () => {
    await fc.assert(
      fc.asyncProperty(request, async (drawn) => {
        expect(await faultOf(library, drawn)).toBeUndefined();
      }),
      { numRuns: 1_000_000 },
    );
    // What was asked has broken nothing.
    expect((await library.table("authors", "select=name&id=eq.1")).body).toEqual([{ name: "Le Guin" }]);
  },
  24 * 3_600_000,
);
