import { parseArgs } from "node:util";
import { type NextKeys, proposeKeyset } from "../domain/blacklist/rotation-service.ts";
import { type Command, type Io, UsageError } from "./command.ts";
import { importOffline, signOffline, writeProposal } from "./sign-off.ts";
import { withContext } from "./with-context.ts";

const VERBS: ReadonlyMap<string | undefined, (args: readonly string[], io: Io) => Promise<number>> = new Map([
  ["propose", propose],
  ["sign", signOffline],
  ["import", importOffline],
]);

export const keyset: Command = {
  usage: "propose --key list:PUBLICKEY… [--key heartbeat:PUBLICKEY] [--threshold N] [--min-sequence N] [--out FILE] | sign … | import …",
  summary: "Replace the keys of the list: the next keyset, signed by the old keys and the new",
  run: async ([verb, ...args], io) => {
    const run = VERBS.get(verb);
    if (run === undefined) throw new UsageError("Write: keyset propose, sign or import");
    return run(args, io);
  },
};

const OPTIONS = {
  key: { type: "string", multiple: true },
  threshold: { type: "string", default: "1" },
  "min-sequence": { type: "string" },
  out: { type: "string", default: "keyset-proposal.json" },
} as const;

async function propose(args: readonly string[], io: Io): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const minSequence = values["min-sequence"];
  const next: NextKeys = {
    keys: (values.key ?? []).map(parseKey),
    threshold: parseCount(values.threshold, "--threshold"),
    min_sequence: minSequence === undefined ? undefined : parseCount(minSequence, "--min-sequence"),
  };
  return withContext(io, async (ctx) =>
    writeProposal(ctx, io, values.out, await ctx.db.service((tx) => proposeKeyset(ctx, tx, next, "operator"))),
  );
}

function parseKey(text: string): NextKeys["keys"][number] {
  const [, role, public_key] = /^(list|heartbeat):(.{1,100})$/.exec(text) ?? [];
  if (role === undefined || public_key === undefined) throw new UsageError("Write a key as list:PUBLICKEY or heartbeat:PUBLICKEY");
  return { role: role as "list" | "heartbeat", public_key };
}

function parseCount(text: string, option: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new UsageError(`${option} is a whole number from 1`);
  return Number(text);
}
