import type { Database } from "../db/database.ts";
import { statementNamesFor } from "../db/statement-names.ts";
import type { RestAnswer } from "./answer.ts";
import { type Bounds, DEFAULT_BOUNDS } from "./bounds.ts";
import { createCatalogueCache } from "./catalogue-cache.ts";
import { databaseRefusal } from "./database-refusal.ts";
import { clip, RestError } from "./rest-error.ts";
import type { Context, RestRequest } from "./rest-request.ts";
import { serveRoutine } from "./serve-routine.ts";
import { serveTable } from "./serve-table.ts";
import { createStatementCache } from "./statement-cache.ts";
import { createStrangersReader } from "./strangers-reader.ts";

/** The API of one schema, in PostgREST's dialect. */
export interface Rest {
  /** @throws {RestError} for every refusal | what the database throws for a fault of ours */
  table(request: RestRequest): Promise<RestAnswer>;
  /** @throws {RestError} like {@link Rest.table} */
  routine(request: RestRequest): Promise<RestAnswer>;
  /** Reads the catalogue again at the next request. */
  reload(): void;
}

export interface RestOptions {
  readonly db: Database;
  readonly schema: string;
  readonly bounds?: Partial<Bounds> | undefined;
}

export function createRest({ db, schema, bounds: given }: RestOptions): Rest {
  const bounds: Bounds = { ...DEFAULT_BOUNDS, ...given };
  const cache = createCatalogueCache(db, schema);
  const names = statementNamesFor(db.kind);
  const reader = createStrangersReader(db, names, bounds.statementTimeoutMs);
  const context = { db, bounds, names, reader, statements: createStatementCache() };
  const answered = async (request: RestRequest, serve: (context: Context) => Promise<RestAnswer>): Promise<RestAnswer> => {
    try {
      assertSchema(request, schema);
      return await serve({ ...context, catalogue: await cache.get() });
    } catch (error) {
      throw databaseRefusal(error, request.role === "anon") ?? error;
    }
  };
  return {
    table: (request) => answered(request, (known) => serveTable(known, request)),
    routine: (request) => answered(request, (known) => serveRoutine(known, request)),
    reload: () => cache.forget(),
  };
}

function assertSchema({ headers }: RestRequest, schema: string): void {
  for (const asked of [headers["accept-profile"], headers["content-profile"]]) {
    if (asked !== undefined && asked !== schema)
      throw new RestError(406, "PGRST106", `Invalid schema: ${clip(asked)}`, { hint: `Only the following schemas are exposed: ${schema}` });
  }
}
