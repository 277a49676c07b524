/** One thing that is not in order, where, and what to do. */
export interface Finding {
  readonly file: string;
  readonly line?: number;
  readonly message: string;
}

/** One line per finding, as an editor can follow it. */
export function formatFindings(findings: readonly Finding[]): string {
  return findings.map(({ file, line, message }) => `${file}${line === undefined ? "" : `:${line}`}  ${message}`).join("\n");
}

/** The line, from 1, at which a character of a text stands. */
export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split("\n").length;
}
