import { publishBlacklist as publish } from "../domain/blacklist/service.ts";
import type { Command } from "./command.ts";
import { describeWaiting } from "./sign-off.ts";
import { withContext } from "./with-context.ts";

export const publishBlacklist: Command = {
  usage: "",
  summary: "Publish the next list, signed where OMLA_SIGNING_KEY_FILE is set",
  run: (_args, io) =>
    withContext(io, async (ctx) => {
      const outcome = await ctx.db.service((tx) => publish(ctx, tx));
      if (!outcome.published) {
        io.error(describeWaiting(outcome));
        return 1;
      }
      const { sequence, entry_count, signed, digest, next_update } = outcome;
      io.out(
        `list ${sequence}: ${entry_count} entries, ${signed ? "signed" : "an unsigned placeholder"}, next by ${next_update}\n${digest}`,
      );
      return 0;
    }),
};
