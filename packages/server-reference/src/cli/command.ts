/** What a command may touch; tests bring their own. */
export interface Io {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly out: (line: string) => void;
  readonly error: (line: string) => void;
}

export interface Command {
  /** What stands behind the name, such as `FOLDER [--sql]`. */
  readonly usage: string;
  readonly summary: string;
  /** @returns the exit code: 0 done, 1 refused or failed */
  run(args: readonly string[], io: Io): Promise<number>;
}

/** Wrong use of a command: exit 2. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
}
