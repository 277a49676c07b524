import { parseStrictJson, utf8Decode } from "@omla/sdk/protocol";
import type { FastifyInstance } from "fastify";
import { ApiError } from "../api-error.ts";

const MAX_DEPTH = 16;
const MAX_VALUES = 5_000;

/**
 * Reads every JSON body with the protocol's strict parser: fatal UTF-8, no duplicate member, no float, bounded in depth and values.
 *
 * @see docs/spec/3-identity.md clause 3.4
 */
export function registerStrictJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body, done) => {
    try {
      assertPlain(request.headers["content-encoding"]);
      done(null, readBody(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** Nothing is unpacked here: a small body could become an endless one. */
function assertPlain(encoding: string | undefined): void {
  if (encoding === undefined || encoding.toLowerCase() === "identity") return;
  throw new ApiError(415, "CONTENT_ENCODING", `A body as ${encoding.slice(0, 40)} is not read.`, { hint: "Send the JSON text as it is." });
}

function readBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  return parseStrictJson(decode(body), { maxDepth: MAX_DEPTH, maxValues: MAX_VALUES });
}

function decode(body: Buffer): string {
  try {
    return utf8Decode(body);
  } catch (cause) {
    throw new ApiError(400, "BODY_NOT_UTF8", "The body is not valid UTF-8.", {
      hint: "Send the JSON text as UTF-8, without a byte order mark.",
      cause,
    });
  }
}
