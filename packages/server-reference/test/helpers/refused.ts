import { ApiError } from "../../src/api-error.ts";
import { databaseError } from "../../src/db/errors.ts";

/** What a refused call of a service answers over HTTP, whether a rule of the service or one of the database refused it. */
export async function refused(work: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const answer = error instanceof ApiError ? error : databaseError(error);
  if (answer === undefined) throw new Error("expected a refusal", { cause: error });
  return answer;
}
