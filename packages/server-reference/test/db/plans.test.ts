import { it } from "vitest";
import { createTestDatabase } from "../helpers/database.ts";
import { expectPlans } from "./expect-plans.ts";

it("every hot query can be carried by its index", { timeout: 60_000 }, async () => {
  const database = await createTestDatabase();
  await expectPlans(database, 1_000, "off").finally(() => database.close());
});
