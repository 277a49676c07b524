import type * as z from "zod";
import { within } from "../../api-error.ts";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { databaseError } from "../../db/errors.ts";
import { planModel } from "./plan-service.ts";
import { registerModel, type VerifiedRegistration } from "./register-service.ts";
import type { registrationAnswer } from "./schema.ts";

export type RegistrationAnswer = z.output<typeof registrationAnswer>;

/** Stores one registration; answers it with the plan of who is paid. */
export async function register(ctx: AppContext, tx: Tx, verified: VerifiedRegistration): Promise<RegistrationAnswer> {
  return { ...(await registerModel(tx, verified)), plan: { ...(await planModel(ctx, tx, verified.document)) } };
}

/** Stores registrations in their order, a base before what descends from it; the path of a refusal names the one at fault. */
export async function registerAll(ctx: AppContext, tx: Tx, verified: readonly VerifiedRegistration[]): Promise<RegistrationAnswer[]> {
  const answers: RegistrationAnswer[] = [];
  for (const [at, one] of verified.entries()) {
    answers.push(await within(`registrations[${at}]`, () => refusing(() => register(ctx, tx, one))));
  }
  return answers;
}

/** What the database refuses, as the refusal that it stands for. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw databaseError(error) ?? error;
  }
}
