/** The files that evidence may be, each told by its own bytes and not by its name. */
const SNIFFERS: Readonly<Record<string, (bytes: Uint8Array) => boolean>> = {
  "application/pdf": startsWith("%PDF-"),
  "image/png": startsWith("\u0089PNG\r\n\u001a\n"),
  "image/jpeg": startsWith("\u00ff\u00d8\u00ff"),
  "text/csv": isText,
  "application/json": isJson,
  "text/plain": isText,
};

/** Whether a media type is one of those that are taken, and the bytes are what it says. */
export function isOfType(mediaType: string, bytes: Uint8Array): boolean {
  return Object.hasOwn(SNIFFERS, mediaType) && SNIFFERS[mediaType]?.(bytes) === true;
}

function startsWith(magic: string): (bytes: Uint8Array) => boolean {
  const expected = Uint8Array.from(magic, (letter) => letter.charCodeAt(0));
  return (bytes) => bytes.length > expected.length && expected.every((byte, index) => bytes[index] === byte);
}

/** UTF-8 without control characters beside tab and line ends, so that no other file passes as text. */
function isText(bytes: Uint8Array): boolean {
  const text = decode(bytes);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text !== undefined && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text);
}

function isJson(bytes: Uint8Array): boolean {
  const text = decode(bytes);
  if (text === undefined) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
