import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { OmlaError } from "../../protocol/errors.ts";

export interface LogChunk {
  readonly text: string;
  /** Bytes of the file read so far, of the compressed one where it is compressed. */
  readonly bytesRead: number;
}

export interface LogLine extends LogChunk {
  /** From 1. */
  readonly number: number;
}

/** A request with its whole conversation can be long; a line beyond this is no request. */
export const MAX_RECORD_CHARACTERS: number = 32 * 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;

/**
 * The text of a log in parts, so that memory stays bounded whatever the length; `.gz` is unpacked on the way.
 *
 * @throws {OmlaError} FILE_TRUNCATED for a compressed file that is cut off
 */
export async function* logChunks(path: string): AsyncGenerator<LogChunk> {
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const source = path.endsWith(".gz") ? file.pipe(createGunzip()) : file;
  // `pipe` does not hand a fault of the file on.
  file.once("error", (error) => source.destroy(error));
  const decoder = new TextDecoder();
  try {
    for await (const chunk of source as AsyncIterable<Uint8Array>)
      yield { text: decoder.decode(chunk, { stream: true }), bytesRead: file.bytesRead };
  } catch (error) {
    throw truncated(error, path);
  } finally {
    file.destroy();
  }
}

/** The lines of a text that comes in parts. @throws {OmlaError} LOG_LINE_TOO_LONG */
export async function* linesOf(chunks: AsyncIterable<LogChunk>): AsyncGenerator<LogLine> {
  let rest = "";
  let number = 0;
  let read = 0;
  for await (const { text, bytesRead } of chunks) {
    read = bytesRead;
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > MAX_RECORD_CHARACTERS) throw tooLong(number + 1);
    for (const line of lines) yield { text: line, number: (number += 1), bytesRead };
  }
  if (rest !== "") yield { text: rest, number: number + 1, bytesRead: read };
}

function tooLong(line: number): OmlaError {
  return new OmlaError("LOG_LINE_TOO_LONG", `line ${line} is longer than ${MAX_RECORD_CHARACTERS} characters`, {
    details: { line },
    hint: "A log has one request per line; is it the right file?",
  });
}

function truncated(error: unknown, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== "Z_BUF_ERROR" && code !== "Z_DATA_ERROR") return error;
  return new OmlaError("FILE_TRUNCATED", `${path} is cut off or damaged: it cannot be unpacked to its end`, {
    hint: "Copy the file again.",
    cause: error,
  });
}
