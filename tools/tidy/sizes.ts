import type { Finding } from "./finding.ts";
import { isCode, isShippedCode, projectFiles, readProjectFile } from "./source-files.ts";

/** Lines at which a file must be split; files of data (tables, languages) are code too. */
export const SHIPPED_MAX_LINES = 400;
export const TEST_MAX_LINES = 600;
/** What the middle file of the shipped code may have. */
export const MEDIAN_MAX_LINES = 130;
export const LINE_MAX_CHARACTERS = 200;

/** Files that outgrew the house, lines nobody reads to their end, and a median that says that files grow as a habit. */
export function findSwollenFiles(root: string): Finding[] {
  const files = projectFiles(root).filter(isCode);
  return [...files.flatMap((file) => swollen(root, file)), ...swollenMedian(root, files.filter(isShippedCode))];
}

function swollen(root: string, file: string): Finding[] {
  const lines = readProjectFile(root, file).split("\n");
  const max = isShippedCode(file) ? SHIPPED_MAX_LINES : TEST_MAX_LINES;
  const long = file.endsWith(".test.ts") ? -1 : lines.findIndex((line) => line.length > LINE_MAX_CHARACTERS && !isOneToken(line));
  return [
    ...(lines.length > max + 1 ? [{ file, message: `${lines.length - 1} lines, at most ${max}: split it where the reader gains` }] : []),
    ...(long >= 0
      ? [{ file, line: long + 1, message: `a line of ${lines[long]?.length} characters, at most ${LINE_MAX_CHARACTERS}` }]
      : []),
  ];
}

/** A path of an icon, a hash, a URL cannot be broken. */
function isOneToken(line: string): boolean {
  const quoted = line.split(/["'`]/).filter((_, index) => index % 2 === 1);
  return [...quoted, ...line.split(/\s/)].some((part) => part.length > LINE_MAX_CHARACTERS / 2);
}

function swollenMedian(root: string, files: readonly string[]): Finding[] {
  const lengths = files.map((file) => readProjectFile(root, file).split("\n").length).sort((a, b) => a - b);
  const median = lengths[Math.floor(lengths.length / 2)] ?? 0;
  return median > MEDIAN_MAX_LINES
    ? [{ file: "packages", message: `the median file has ${median} lines, at most ${MEDIAN_MAX_LINES}` }]
    : [];
}
