import { type ApiKey, createApiKey } from "../credentials/api-key.ts";
import type { AppContext } from "../context.ts";
import { registerCompany } from "../domain/companies/service.ts";
import { seedOf } from "./cast.ts";

/** The API key of whoever tries the demonstration: known to everybody, and the same on every run. */
export async function visitorKey(): Promise<ApiKey> {
  const seed = await seedOf("the visitor's company");
  return createApiKey(true, (length) => seed.subarray(0, length));
}

/** A company that has reported nothing yet, for the ten lines of the README. */
export async function registerVisitor(ctx: AppContext): Promise<void> {
  const key = await visitorKey();
  const hash = await ctx.hasher.hash(key.text);
  const company = { company_name: "Your company", contact_email: "you@example.com" };
  await ctx.db.service((tx) => registerCompany(tx, company, { key, hash }));
}
