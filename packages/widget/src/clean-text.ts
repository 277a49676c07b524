/** Control, bidirectional, zero-width and other invisible characters: they can make a name read as something else. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu;

/** A stranger's text as one short line: invisible characters out, white space joined, cut to `maxLength` characters. */
export function cleanText(text: unknown, maxLength = 80): string {
  if (typeof text !== "string") return "";
  const line = text
    .slice(0, maxLength * 20)
    .replace(/\s+/g, " ")
    .replace(INVISIBLE, "")
    .trim();
  const characters = Array.from(line);
  return characters.length > maxLength ? `${characters.slice(0, maxLength - 1).join("")}…` : line;
}
