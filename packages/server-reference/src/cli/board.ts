import { addBoardMember } from "../domain/board/service.ts";
import { type Command, UsageError } from "./command.ts";
import { withContext } from "./with-context.ts";

export const board: Command = {
  usage: "add EMAIL",
  summary: "Add a member of the board",
  run: async (args, io) => {
    const [verb, email, more] = args;
    if (verb !== "add" || email === undefined || more !== undefined) throw new UsageError("Write: board add EMAIL");
    const id = await withContext(io, (ctx) => ctx.db.service((tx) => addBoardMember(tx, email)));
    io.out(`Added ${email} as ${id}.`);
    return 0;
  },
};
