import { loadConfig } from "../config.ts";
import { createContext } from "../create-context.ts";
import { tickEverybody } from "../domain/compliance/service.ts";
import type { Command } from "./command.ts";

export const tick: Command = {
  usage: "",
  summary: "Move every model and company by one compliance step, and tell whom it concerns",
  run: async (_args, io) => {
    const ctx = await createContext(loadConfig(io.environment));
    try {
      const { moved, told } = await tickEverybody(ctx);
      for (const { subject_kind, id, entered } of moved) io.out(`${subject_kind} ${id}: ${entered.join(", ")}`);
      io.out(`${moved.length} moved, ${told.length} told`);
      return 0;
    } finally {
      await ctx.db.close();
    }
  },
};
