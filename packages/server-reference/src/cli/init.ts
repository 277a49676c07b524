import { randomBytes } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { generateKeyPair, keyId, OmlaError } from "@omla/sdk/protocol";
import { anonymousToken, operatorToken } from "../credentials/operator-token.ts";
import { mintFirstMember } from "../domain/board/first-member.ts";
import { type Command, UsageError } from "./command.ts";

const OWNER_ONLY = 0o600;
const DEFAULT_FILE = "omla-server.env";
const DEFAULT_MEMBER = "board@localhost";

export const init: Command = {
  usage: "[--file FILE] [--board EMAIL]",
  summary: "Mint keys, secrets and the first board member into an env file, once",
  run: async (args, io) => {
    const { values } = parseArgs({
      args: [...args],
      options: { file: { type: "string", default: DEFAULT_FILE }, board: { type: "string", default: DEFAULT_MEMBER } },
    });
    const file = resolve(values.file);
    const secret = randomBytes(32).toString("base64url");
    const member = mintFirstMember(values.board, secret);
    if (member === undefined) throw new UsageError(`${values.board} is no e-mail address.`);
    const folder = join(dirname(file), "omla-keys");
    const list = await mintKey(join(folder, "list.key"));
    const heartbeat = await mintKey(join(folder, "heartbeat.key"));
    const lines = [
      `OMLA_JWT_SECRET=${secret}`,
      `OMLA_SIGNING_KEY_FILE=${list.file}`,
      `OMLA_HEARTBEAT_KEY_FILE=${heartbeat.file}`,
      "# The first member of the board, sealed under the secret above; read while the board is empty.",
      `OMLA_BOARD_FIRST=${member.setting}`,
      `# What Supabase clients send as anonymous key: ${anonymousToken(secret, new Date())}`,
      `# What the operator sends to its own actions, valid for a year: ${operatorToken(secret, new Date())}`,
    ];
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeTogether([
      { file: list.file, content: `${list.secretKey}\n` },
      { file: heartbeat.file, content: `${heartbeat.secretKey}\n` },
      { file, content: `${lines.join("\n")}\n` },
    ]);
    io.out(`Wrote ${file}; start with: node --env-file=${file} "$(command -v omla-server)" start`);
    io.out(`Readers pin this list key: ${list.publicKey} (${list.keyId})`);
    io.out(`The first member of the board is ${values.board}. For an authenticator app, shown this once:\n${member.otpauth}`);
    io.out("Keep the key files out of backups that others can read, and a copy of the list key offline.");
    return 0;
  },
};

async function mintKey(file: string): Promise<{ file: string; publicKey: string; secretKey: string; keyId: string }> {
  const { publicKey, secretKey } = await generateKeyPair();
  return { file, publicKey, secretKey, keyId: await keyId(publicKey) };
}

interface NewFile {
  readonly file: string;
  readonly content: string;
}

/** All of them or none: keys without the env file that names them would stand in the way of the next attempt. */
async function writeTogether(files: readonly NewFile[]): Promise<void> {
  const written: string[] = [];
  try {
    for (const { file, content } of files) {
      await writeNew(file, content);
      written.push(file);
    }
  } catch (error) {
    await Promise.all(written.map((file) => rm(file, { force: true })));
    throw error;
  }
}

/** Never over a file that is there: a replaced key is a registry that nobody trusts any more. */
async function writeNew(file: string, content: string): Promise<void> {
  await writeFile(file, content, { flag: "wx", mode: OWNER_ONLY }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new OmlaError("FILE_EXISTS", `${file} is there already`, { hint: "Move it away, or name another with --file." });
  });
}
