type Paint = (text: string) => string;

export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
}

const sgr =
  (on: number, off: number): Paint =>
  (text) =>
    `\u001b[${on}m${text}\u001b[${off}m`;
const plain: Paint = (text) => text;

const COLOURED: Style = { bold: sgr(1, 22), dim: sgr(2, 22), red: sgr(31, 39), green: sgr(32, 39), yellow: sgr(33, 39) };
const PLAIN: Style = { bold: plain, dim: plain, red: plain, green: plain, yellow: plain };

/** Colours for a terminal; elsewhere the text as it is. */
export function style(isTerminal: boolean): Style {
  return isTerminal ? COLOURED : PLAIN;
}
