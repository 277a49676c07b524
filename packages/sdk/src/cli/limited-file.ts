import { open } from "node:fs/promises";
import { OmlaError } from "../protocol/errors.ts";
import { utf8Decode } from "../protocol/bytes.ts";

/**
 * A whole file as text.
 *
 * @throws {OmlaError} FILE_TOO_LARGE | FILE_EMPTY | FILE_NOT_UTF8
 */
export async function readTextFile(path: string, maxBytes: number): Promise<string> {
  const bytes = await readLimited(path, maxBytes);
  if (bytes.length === 0)
    throw new OmlaError("FILE_EMPTY", `${path} is empty`, { hint: "It may still be being written, or the export failed." });
  // Spreadsheets begin a file with the byte order mark; it means nothing in UTF-8.
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  try {
    return utf8Decode(bytes.subarray(start));
  } catch (cause) {
    throw new OmlaError("FILE_NOT_UTF8", `${path} is not text in UTF-8`, { hint: 'Save it again as "UTF-8" or "CSV UTF-8".', cause });
  }
}

async function readLimited(path: string, maxBytes: number): Promise<Uint8Array> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    if (size > maxBytes) {
      throw new OmlaError("FILE_TOO_LARGE", `${path} has ${size} bytes, at most ${maxBytes} are read`, {
        hint: "Is it the right file? Request logs of any size are read with --from-log.",
        details: { size, limit: maxBytes },
      });
    }
    return await file.readFile();
  } finally {
    await file.close();
  }
}
