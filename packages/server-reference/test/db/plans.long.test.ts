import { it } from "vitest";
import { createTestDatabase } from "../helpers/database.ts";
import { expectPlans } from "./expect-plans.ts";

it("every hot query is carried by its index at 100,000 models", { timeout: 900_000 }, async () => {
  const database = await createTestDatabase();
  await expectPlans(database, 100_000, "on").finally(() => database.close());
});
