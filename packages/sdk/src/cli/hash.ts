import { resolve } from "node:path";
import type { Command } from "./command.ts";
import { hashFile } from "./hash-file.ts";

export const hash: Command = {
  summary: "SHA-256 of weight files, streamed",
  help: `
omla hash FILE…

Reads each file once, as a stream, and prints its SHA-256 as sha256sum does. A registered model is found by it.

  omla hash model.safetensors
  omla hash *.safetensors --json       [{ "path", "sha256", "size" }]
`,
  options: {},
  operands: { min: 1, max: 10_000 },
  run: async ({ operands, console, json }) => {
    const files = [];
    for (const path of operands) {
      const { sha256, size } = await hashFile(resolve(console.folder, path), console);
      files.push({ path, sha256, size });
      if (!json) console.out(`${sha256}  ${path}\n`);
    }
    if (json) console.out(`${JSON.stringify(files, undefined, 2)}\n`);
    return 0;
  },
};
