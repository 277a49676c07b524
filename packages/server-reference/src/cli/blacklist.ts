import { parseArgs } from "node:util";
import { proposeList } from "../domain/blacklist/sign-off-service.ts";
import { type Command, type Io, UsageError } from "./command.ts";
import { importOffline, signOffline, writeProposal } from "./sign-off.ts";
import { withContext } from "./with-context.ts";

const VERBS: ReadonlyMap<string | undefined, (args: readonly string[], io: Io) => Promise<number>> = new Map([
  ["propose", propose],
  ["sign", signOffline],
  ["import", importOffline],
]);

export const blacklist: Command = {
  usage: "propose [--out FILE] | sign --key-file KEY FILE | import FILE --signature SIGNATURE…",
  summary: "Sign the list on another machine: write it out, sign it there, bring the signatures back",
  run: async ([verb, ...args], io) => {
    const run = VERBS.get(verb);
    if (run === undefined) throw new UsageError("Write: blacklist propose, sign or import");
    return run(args, io);
  },
};

async function propose(args: readonly string[], io: Io): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { out: { type: "string", default: "blacklist-proposal.json" } } });
  return withContext(io, async (ctx) => writeProposal(ctx, io, values.out, await ctx.db.service((tx) => proposeList(ctx, tx, "operator"))));
}
