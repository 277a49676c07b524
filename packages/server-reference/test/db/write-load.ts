import { createDatabase } from "../../src/db/database.ts";
import { registerModel } from "./arrange.ts";

/** Registers models until it is killed, and says which ones were acknowledged: one id a line. */
const [kind, where] = process.argv.slice(2);
const db = await createDatabase(kind === "postgres" ? { url: where } : { dataDir: where });
process.stdout.write("ready\n");
const writers = Array.from({ length: 3 }, async () => {
  for (;;) {
    const { id } = await db.service((tx) => registerModel(tx));
    process.stdout.write(`${id}\n`);
  }
});
await Promise.all(writers);
