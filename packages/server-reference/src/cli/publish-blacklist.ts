import { loadConfig } from "../config.ts";
import { createContext } from "../create-context.ts";
import { publishBlacklist as publish } from "../domain/blacklist/service.ts";
import type { Command } from "./command.ts";

export const publishBlacklist: Command = {
  usage: "",
  summary: "Publish the next list, signed where OMLA_SIGNING_KEY_FILE is set",
  run: async (_args, io) => {
    const ctx = await createContext(loadConfig(io.environment));
    try {
      const { sequence, entry_count, signed, digest, next_update } = await ctx.db.service((tx) => publish(ctx, tx));
      io.out(
        `list ${sequence}: ${entry_count} entries, ${signed ? "signed" : "an unsigned placeholder"}, next by ${next_update}\n${digest}`,
      );
      return 0;
    } finally {
      await ctx.db.close();
    }
  },
};
