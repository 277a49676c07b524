import type { AppContext } from "../context.ts";
import { tellListed } from "../domain/compliance/service.ts";

export async function tellListedJob(ctx: AppContext): Promise<{ told: string[] }> {
  return { told: await tellListed(ctx) };
}
