import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { signFile } from "@omla/sdk/protocol";
import { keyOfFile } from "../association-keys.ts";
import type { AppContext } from "../context.ts";
import { formatSignatureOption, type OfflineFile, parseSignatureOption, readOfflineFile } from "../domain/blacklist/offline-file.ts";
import { importSignatures, type SignOff } from "../domain/blacklist/proposal-service.ts";
import { proposalBody, type Waiting } from "../domain/blacklist/sign-off-service.ts";
import { type Io, UsageError } from "./command.ts";
import { withContext } from "./with-context.ts";

/** What a proposal still waits for, in words. */
export function describeWaiting({ kind, number, digest, changed, signatures, threshold, needs_approval }: Waiting): string {
  const what = kind === "blacklist" ? `list ${number} (${changed} entries change)` : `keyset ${number}`;
  const approval = needs_approval ? "; two members of the board must approve it, or two keys sign it" : "";
  return `${what} waits: ${signatures} of ${threshold} signatures by hand${approval}\n${digest}`;
}

/** Writes the exact canonical body, and beside it the message that is signed, as hex. */
export async function writeProposal(ctx: AppContext, io: Io, file: string, waiting: Waiting): Promise<0> {
  await writeFile(file, await ctx.db.service((tx) => proposalBody(tx, waiting.digest)));
  await writeFile(`${file}.message.hex`, `${waiting.message_hex}\n`);
  io.out(describeWaiting(waiting));
  io.out(`Wrote ${file}, and the ${waiting.message_hex.length / 2} bytes to sign as hex into ${file}.message.hex:\n${waiting.message_hex}`);
  return 0;
}

/** Signs a file on a machine that may have no database and no network: it reads the two files, and nothing else. */
export async function signOffline(args: readonly string[], io: Io): Promise<0> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { "key-file": { type: "string" } } });
  const [path, more] = positionals;
  const keyFile = values["key-file"];
  if (path === undefined || more !== undefined || keyFile === undefined) throw new UsageError("Write: sign --key-file KEY FILE");
  const file = await readOfflineFile(await readFile(path, "utf8"));
  const { secretKey } = await keyOfFile(await readFile(keyFile, "utf8"));
  io.out(describeFile(file));
  io.out(`message (${file.message.length} bytes): ${file.messageHex}`);
  for (const signature of await signFile(file, [secretKey])) io.out(`--signature ${formatSignatureOption(signature)}`);
  return 0;
}

/** What the signer should compare before it signs. */
function describeFile({ type, body, digest }: OfflineFile): string {
  if ("entries" in body) return `${type} ${body.sequence}, ${body.entry_count} entries, generated ${body.generated_at}\nsha256 ${digest}`;
  const keys = body.keys.map(({ role, key_id }) => `  ${role} ${key_id}`).join("\n");
  return `${type} ${body.version}, threshold ${body.threshold}\n${keys}\nsha256 ${digest}`;
}

/** Checks signatures that were made elsewhere; publishes once they are enough. */
export async function importOffline(args: readonly string[], io: Io): Promise<0 | 1> {
  const options = { signature: { type: "string", multiple: true } } as const;
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
  const [path, more] = positionals;
  if (path === undefined || more !== undefined || values.signature === undefined)
    throw new UsageError("Write: import FILE --signature ed25519:…:… (once for each signer)");
  const { digest } = await readOfflineFile(await readFile(path, "utf8"));
  const signatures = values.signature.map(parseSignatureOption);
  return withContext(io, async (ctx) => told(io, await ctx.db.service((tx) => importSignatures(ctx, tx, digest, signatures))));
}

function told(io: Io, outcome: SignOff): 0 | 1 {
  if (outcome.published) {
    io.out(
      "version" in outcome ? `published keyset ${outcome.version}` : `published list ${outcome.sequence}: ${outcome.entry_count} entries`,
    );
    return 0;
  }
  io.out(describeWaiting(outcome));
  return 0;
}
