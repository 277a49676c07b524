import { tickEverybody } from "../domain/compliance/service.ts";
import type { Command } from "./command.ts";
import { withContext } from "./with-context.ts";

export const tick: Command = {
  usage: "",
  summary: "Move every model and company by one compliance step, and tell whom it concerns",
  run: (_args, io) =>
    withContext(io, async (ctx) => {
      const { moved, told } = await tickEverybody(ctx);
      for (const { subject_kind, id, entered } of moved) io.out(`${subject_kind} ${id}: ${entered.join(", ")}`);
      io.out(`${moved.length} moved, ${told.length} told`);
      return 0;
    }),
};
