import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { dirname, join } from "node:path";
import { createRequire } from "node:module";
import { hashWeights, OmlaError } from "@omla/sdk/protocol";

const PACKAGE = "@vladmandic/face-api";

/** Hashes real model weights, which an npm package of face models ships (MIT). */
export async function hashDemoWeights(file: string): Promise<string> {
  return hashWeights(createReadStream(join(modelFolder(), file)), { createHash: () => createHash("sha256") });
}

function modelFolder(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`)), "model");
  } catch (cause) {
    throw new OmlaError("DEMO_WEIGHTS_MISSING", `The demonstration hashes the models of ${PACKAGE}, which is not installed.`, {
      hint: `Run: npm install ${PACKAGE}`,
      cause,
    });
  }
}
