import type { Config } from "./config.ts";
import type { Clock } from "./clock.ts";
import type { Database } from "./db/database.ts";
import type { KeyHasher } from "./credentials/key-hasher.ts";
import type { AssociationKeys } from "./association-keys.ts";
import type { Queue } from "./jobs/queue.ts";
import type { Log } from "./log.ts";
import type { Mail } from "./mail.ts";
import type { Rails } from "./rails/rail.ts";

/** Everything that the registry needs from outside; each part can be replaced in a test. */
export interface AppContext {
  readonly config: Config;
  readonly db: Database;
  readonly clock: Clock;
  readonly keys: AssociationKeys;
  readonly hasher: KeyHasher;
  readonly random: (length: number) => Uint8Array;
  readonly fetch: typeof globalThis.fetch;
  /** Undefined without a mail server. */
  readonly mail: Mail | undefined;
  readonly queue: Queue;
  readonly rails: Rails;
  readonly log: Log;
}
