import { utf8Encode } from "../protocol/bytes.ts";
import { OmlaAccessError } from "./errors.ts";

/** The form of a company's key: what it is for, its public id, the secret, the checksum. */
const API_KEY = /^(omla_(live|test)_([0-9A-Za-z]{10})_[0-9A-Za-z]{32})([0-9A-Za-z]{6})$/;
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/**
 * The public part of an API key, which names its holder without being secret; a mistyped key is found before it is sent.
 *
 * @throws {OmlaAccessError} API_KEY_MISSING | API_KEY_MALFORMED; no message repeats the key
 */
export function apiKeyId(apiKey: string | undefined): string {
  if (apiKey === undefined || apiKey === "") {
    throw new OmlaAccessError("API_KEY_MISSING", "this call needs a company's API key", {
      hint: "Pass `apiKey` to createClient, for example from process.env.OMLA_API_KEY; `omla.companies.register` issues one.",
    });
  }
  const [, body = "", ledger = "", id = "", checksum] = API_KEY.exec(apiKey) ?? [];
  if (body === "" || apiKeyChecksum(body) !== checksum) {
    const fault =
      body === "" ? "is not of the form omla_live_… or omla_test_… with 59 characters" : "is mistyped: its checksum does not hold";
    throw new OmlaAccessError("API_KEY_MALFORMED", `the API key (${apiKey.length} characters) ${fault}`, {
      hint: "Copy the whole key again; it was shown once when it was issued. A lost key is replaced, not recovered.",
    });
  }
  return `${ledger}_${id}`;
}

/** The last six characters of a key: CRC-32 of what stands before them, in base 62. */
export function apiKeyChecksum(body: string): string {
  let rest = crc32(utf8Encode(body));
  let text = "";
  for (let place = 0; place < 6; place += 1) {
    text = (ALPHABET[rest % 62] ?? "") + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
