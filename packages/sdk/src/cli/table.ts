export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => string;
  /** Amounts and counts stand to the right, so that their points stand below each other. */
  readonly align?: "left" | "right";
}

/** C0 and C1 controls and bidirectional overrides: a stranger's name must not move the cursor or turn the line around. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Text from elsewhere as it can be shown in a terminal. */
export function printable(text: string): string {
  return text.replace(UNSAFE, "\ufffd");
}

/** Rows under titles in aligned columns, a blank line after them. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ of }) => printable(of(row))))];
  const widths = columns.map((_, at) => Math.max(...cells.map((line) => width(line[at] ?? ""))));
  const lines = cells.map((line) =>
    columns
      .map(({ align }, at) => pad(line[at] ?? "", widths[at] ?? 0, align))
      .join("  ")
      .trimEnd(),
  );
  return `${lines.join("\n")}\n`;
}

function pad(text: string, columns: number, align: "left" | "right" = "left"): string {
  const space = " ".repeat(Math.max(0, columns - width(text)));
  return align === "right" ? space + text : text + space;
}

/** Terminal columns: wide characters take two, combining ones none. */
function width(text: string): number {
  let columns = 0;
  for (const character of text)
    columns += /\p{M}/u.test(character)
      ? 0
      : /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}]/u.test(character)
        ? 2
        : 1;
  return columns;
}

/** An amount with its cents, and further places only where they are not zero. @example shortUsd("18400.000000") // "18400.00" */
export function shortUsd(amount: string): string {
  return amount.replace(/0{1,4}$/, "");
}
