import { parseArgs } from "node:util";
import { parseTimestamp } from "@omla/sdk/protocol";
import { postRate } from "../domain/currencies/rate-service.ts";
import { type Command, UsageError } from "./command.ts";
import { withContext } from "./with-context.ts";

export const rates: Command = {
  usage: "post CODE RATE --source TEXT [--at TIME]",
  summary: "Post what one US dollar is worth in a currency",
  run: async (args, io) => {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { source: { type: "string" }, at: { type: "string" } },
    });
    const [verb, code, rate, more] = positionals;
    const { source, at } = values;
    if (verb !== "post" || code === undefined || rate === undefined || more !== undefined || source === undefined) {
      throw new UsageError("Write: rates post CODE RATE --source TEXT [--at 2026-10-01T08:00:00Z]");
    }
    const rateAt = at === undefined ? undefined : parseTimestamp(at);
    const posted = await withContext(io, (ctx) => ctx.db.service((tx) => postRate(tx, { code, rate, source, rateAt }, "system")));
    io.out(posted.is_new ? `1 USD = ${rate} ${code}, posted as ${posted.id}.` : `This rate was posted already, as ${posted.id}.`);
    if (posted.drift_flag !== null)
      io.out(`It lies more than 2 percent from the rate before it: flag ${posted.drift_flag} waits for the board.`);
    return 0;
  },
};
