import type { Fetch } from "../client/transport.ts";

/** Everything a command reads and writes beside files; the seam of its tests. */
export interface Console {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths start from. */
  readonly folder: string;
  /** The command's result. With `--json`, one JSON document. */
  readonly out: (text: string) => void;
  /** What is for people beside the result: progress, warnings, faults. */
  readonly err: (text: string) => void;
  /** Whether people see the result in colour, and progress while it grows. */
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  readonly columns: number;
  readonly fetch: Fetch;
  readonly now: () => Date;
  /** Fires when the user interrupts. */
  readonly signal: AbortSignal;
}
