import { parseArgs } from "node:util";
import { previewTick } from "../domain/compliance/preview-service.ts";
import { tickEverybody } from "../domain/compliance/service.ts";
import type { AppContext } from "../context.ts";
import type { Command, Io } from "./command.ts";
import { withContext } from "./with-context.ts";

export const tick: Command = {
  usage: "[--dry-run]",
  summary: "Move every model and company by one compliance step, and tell whom it concerns; --dry-run only says what would change",
  run: (args, io) => {
    const { values } = parseArgs({ args: [...args], options: { "dry-run": { type: "boolean" } } });
    return withContext(io, async (ctx) => {
      await (values["dry-run"] === true ? showPreview(ctx, io) : moveEverybody(ctx, io));
      return 0;
    });
  },
};

async function moveEverybody(ctx: AppContext, io: Io): Promise<void> {
  const { moved, told } = await tickEverybody(ctx);
  for (const { subject_kind, id, entered } of moved) io.out(`${subject_kind} ${id}: ${entered.join(", ")}`);
  io.out(`${moved.length} moved, ${told.length} told`);
}

async function showPreview(ctx: AppContext, io: Io): Promise<void> {
  const { moves, to_tell, deadlines } = await previewTick(ctx, ctx.clock.now());
  for (const { subject_kind, id, name, state, entered } of moves)
    io.out(`${subject_kind} ${id} ${name}: ${[state, ...entered].join(" > ")}`);
  for (const { id, name, case: case_ref, reachable } of to_tell)
    io.out(`to tell: ${id} ${name}, ${case_ref}${reachable ? "" : ", no address"}`);
  for (const { id, name, kind, deadline, quarters } of deadlines) io.out(`${kind} by ${deadline}: ${id} ${name}, ${quarters.join(", ")}`);
  io.out(`${moves.length} would move, ${to_tell.length} would be told; nothing was written`);
}
