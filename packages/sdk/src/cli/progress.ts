import type { Console } from "./console.ts";

export interface Progress {
  /** Shows how far it is, in the unit of `total`; a few times a second at most. */
  update(done: number): void;
  /** Takes the line away. */
  end(): void;
}

const EVERY_MS = 100;
const BAR = 24;

/** A progress bar on standard error; nothing at all where that is no terminal. @param total undefined where it is not known */
export function createProgress(console: Console, label: string, total: number | undefined, show: (amount: number) => string): Progress {
  if (!console.errIsTerminal) return { update: () => undefined, end: () => undefined };
  let shownMs = Number.NEGATIVE_INFINITY;
  return {
    update: (done) => {
      const nowMs = console.now().getTime();
      if (nowMs - shownMs < EVERY_MS && done !== total) return;
      shownMs = nowMs;
      console.err(`\r\u001b[K${line(label, done, total, show).slice(0, console.columns - 1)}`);
    },
    end: () => console.err("\r\u001b[K"),
  };
}

function line(label: string, done: number, total: number | undefined, show: (amount: number) => string): string {
  if (total === undefined || total === 0) return `${label}  ${show(done)}`;
  const part = Math.min(1, done / total);
  const full = Math.round(part * BAR);
  return `${label}  [${"#".repeat(full)}${"-".repeat(BAR - full)}] ${String(Math.floor(part * 100)).padStart(3)} %  ${show(done)} of ${show(total)}`;
}

/** Bytes as people read them. @example byteText(1_500_000) // "1.5 MB" */
export function byteText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
