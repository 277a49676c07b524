import pg from "pg";
import { APP_ROLE, type Claims, type Role } from "../../src/db/role.ts";
import type { TestDatabase } from "../helpers/database.ts";

/** Runs one statement and gives its error, or nothing; whatever it did is undone. */
export type Attempt = (
  text: string,
  values?: readonly unknown[],
) => Promise<{ readonly code: string; readonly message: string } | undefined>;

interface Session {
  query(text: string, values?: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
}

/**
 * Opens a connection of a role's own: on PostgreSQL another login of the server that becomes the role at connect, as PostgREST does it;
 * on the embedded database, which has one session, that session under the role.
 */
export async function asRole<Result>(
  database: TestDatabase,
  role: Role | typeof APP_ROLE,
  work: (session: Session, attempt: Attempt) => Promise<Result>,
  claims: Claims = {},
): Promise<Result> {
  if (database.appUrl === undefined) {
    return database.owner(async (client) => {
      await client.query(
        `set session authorization ${APP_ROLE}; ${role === APP_ROLE ? "" : `set role ${role};`} select set_config('request.jwt.claims', '${JSON.stringify(claims)}', false)`,
      );
      return work(client as Session, attemptOn(client as Session));
    });
  }
  const client = new pg.Client({ connectionString: database.appUrl, ...(role === APP_ROLE ? {} : { options: `-c role=${role}` }) });
  await client.connect();
  try {
    await client.query("select set_config('request.jwt.claims', $1, false)", [JSON.stringify(claims)]);
    return await work(client, attemptOn(client));
  } finally {
    await client.end();
  }
}

function attemptOn(session: Session): Attempt {
  return async (text, values) => {
    await session.query("begin");
    try {
      await session.query(text, values);
      return undefined;
    } catch (error) {
      return error as { code: string; message: string };
    } finally {
      await session.query("rollback");
    }
  };
}
