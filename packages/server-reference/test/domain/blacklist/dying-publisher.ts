import { toBase64 } from "@omla/sdk/protocol";
import { associationKey } from "../../../src/association-keys.ts";
import { loadConfig } from "../../../src/config.ts";
import { createContext } from "../../../src/create-context.ts";
import type { Tx } from "../../../src/db/database.ts";
import { publishBlacklist } from "../../../src/domain/blacklist/service.ts";
import { createRehearsalQueue } from "../../../src/jobs/queue.ts";

/** Publishes a list, and dies by its own hand after a number of statements; 0 lets it live. Says how many statements there were. */
const [kind, where = "", deadly = "0"] = process.argv.slice(2);
const target = kind === "postgres" ? { DATABASE_URL: where } : { OMLA_DATA_DIR: where };
const config = loadConfig({ OMLA_JWT_SECRET: "a-secret-of-a-process-with-more-than-32-characters", OMLA_LOG_LEVEL: "silent", ...target });
const seed = (byte: number): string => toBase64(new Uint8Array(32).fill(byte));
const keys = { list: await associationKey(seed(1)), heartbeat: await associationKey(seed(2)) };
const ctx = await createContext(config, { keys, queue: createRehearsalQueue() });
let statements = 0;
const dying = (tx: Tx): Tx => ({
  query: async (query, values) => {
    const answer = await tx.query(query, values);
    statements += 1;
    if (statements === Number(deadly)) process.kill(process.pid, "SIGKILL");
    return answer as never;
  },
});
await ctx.db.service((tx) => publishBlacklist(ctx, dying(tx)));
process.stdout.write(`${statements}\n`);
await ctx.db.close();
