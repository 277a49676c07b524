import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { generateKeyPair, keyId } from "../protocol/keys.ts";
import { type Command, textOption } from "./command.ts";

export const keygen: Command = {
  summary: "make the key pair that owns a model",
  help: `
omla keygen [--out FILE]

Makes an Ed25519 key pair and writes it to FILE (omla.key), readable by you alone. Nothing is sent; the secret is not shown.
Whoever has the file can act for the model: keep a copy off this machine, and never commit it.

  omla keygen                          writes omla.key
  omla keygen --out recovery.key       a second pair, to be kept elsewhere, for the case that the first is lost
  omla keygen --json | jq .public_key  the public key for a script
`,
  options: { out: { type: "string" } },
  operands: { min: 0, max: 0 },
  run: async (call) => {
    const { console } = call;
    const path = resolve(console.folder, textOption(call, "out") ?? "omla.key");
    const pair = await generateKeyPair();
    const id = await keyId(pair.publicKey);
    const content = { spec: "omla-key/1", key_id: id, public_key: pair.publicKey, secret_key: pair.secretKey };
    // `wx`: a key that is overwritten is a model that is lost.
    writeFileSync(path, `${JSON.stringify(content, undefined, 2)}\n`, { flag: "wx", mode: 0o600 });
    const shown = { file: path, public_key: pair.publicKey, key_id: id };
    console.out(
      call.json
        ? `${JSON.stringify(shown, undefined, 2)}\n`
        : `public key  ${pair.publicKey}\nkey id      ${id}\nwritten to  ${path} (keep it secret, keep a copy)\n`,
    );
    return 0;
  },
};
