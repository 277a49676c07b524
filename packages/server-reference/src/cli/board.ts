import { parseArgs } from "node:util";
import { formatTimestamp } from "@omla/sdk/protocol";
import type { AppContext } from "../context.ts";
import { listBoardMembers } from "../domain/board/repository.ts";
import { addBoardMember, changeBoardRole, deactivateBoardMember, enrolFirstMember, resetBoardMember } from "../domain/board/service.ts";
import type { BoardRole } from "../principal.ts";
import { type Command, type Io, UsageError } from "./command.ts";
import { withContext } from "./with-context.ts";

const USAGE = "add EMAIL [--role reviewer|payout] | role EMAIL reviewer|payout | reset EMAIL | deactivate EMAIL | list";

export const board: Command = {
  usage: USAGE,
  summary: "The members of the board, and their authenticator secrets",
  run: async (args, io) => {
    const { values, positionals } = parseArgs({ args: [...args], options: { role: { type: "string" } }, allowPositionals: true });
    const act = actOf(positionals, values.role);
    await withContext(io, async (ctx) => {
      await enrolFirstMember(ctx);
      await act(ctx, io);
    });
    return 0;
  },
};

type Act = (ctx: AppContext, io: Io) => Promise<void>;

function actOf([verb = "", email, ...more]: readonly string[], role: string | undefined): Act {
  if (verb === "list" && email === undefined) return list;
  if (email === undefined) throw misuse();
  if (verb === "role" && more.length === 1) return changeRole(email, roleOf(more[0]));
  if (more.length > 0) throw misuse();
  if (verb === "add") return add(email, roleOf(role ?? "reviewer"));
  if (verb === "reset") return reset(email);
  if (verb === "deactivate") return deactivate(email);
  throw misuse();
}

function misuse(): UsageError {
  return new UsageError(`Write: board ${USAGE}`);
}

function roleOf(text: string | undefined): BoardRole {
  if (text === "reviewer" || text === "payout") return text;
  throw new UsageError("A role is reviewer, or payout, which may move money as well.");
}

const add =
  (email: string, role: BoardRole): Act =>
  async (ctx, io) => {
    const { id, otpauth } = await ctx.db.service((tx) => addBoardMember(ctx, tx, email, role));
    io.out(`Added ${email} as ${id}, role ${role}. For an authenticator app, shown this once:\n${otpauth}`);
  };

const reset =
  (email: string): Act =>
  async (ctx, io) => {
    const { otpauth } = await ctx.db.service((tx) => resetBoardMember(ctx, tx, email));
    io.out(`The old secret and every session of ${email} are void. For an authenticator app, shown this once:\n${otpauth}`);
  };

const deactivate =
  (email: string): Act =>
  async (ctx, io) => {
    await ctx.db.service((tx) => deactivateBoardMember(tx, email));
    io.out(`${email} is no longer on the board.`);
  };

const changeRole =
  (email: string, role: BoardRole): Act =>
  async (ctx, io) => {
    await ctx.db.service((tx) => changeBoardRole(tx, email, role));
    io.out(`${email} has the role ${role} now.`);
  };

const list: Act = async (ctx, io) => {
  const members = await ctx.db.service(listBoardMembers);
  for (const { id, email, role, is_active, signed_in_at, locked_until } of members) {
    const seen = signed_in_at === null ? "never signed in" : `last signed in ${formatTimestamp(signed_in_at)}`;
    const locked = locked_until !== null && locked_until > ctx.clock.now() ? `, locked until ${formatTimestamp(locked_until)}` : "";
    io.out(`${id}  ${email}  ${is_active ? role : "left"}  ${seen}${locked}`);
  }
};
