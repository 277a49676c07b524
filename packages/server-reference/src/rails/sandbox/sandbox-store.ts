import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";

/** One movement of the sandbox's money, as its own books have it. */
export interface SandboxTransfer {
  readonly id: string;
  readonly run: string;
  readonly destination: string;
  readonly currency: string;
  /** Decimal strings of smallest units; the payee got the amount less the fee. */
  readonly amount: string;
  readonly fee: string;
  readonly external_id: string;
  readonly sent_at: string;
}

/** The sandbox's books, apart from the registry's database, so that the two can be compared. */
export interface SandboxStore {
  all(): readonly SandboxTransfer[];
  append(transfer: SandboxTransfer): void;
}

export function createMemoryStore(): SandboxStore {
  const transfers: SandboxTransfer[] = [];
  return { all: () => transfers, append: (transfer) => void transfers.push(transfer) };
}

/** Books in a file of JSON lines, on the disk before the call returns: they outlive a killed process. */
export function createFileStore(path: string): SandboxStore {
  return {
    all: () => (existsSync(path) ? readLines(path) : []),
    append: (transfer) => {
      const file = openSync(path, "a");
      writeSync(file, `${JSON.stringify(transfer)}\n`);
      fsyncSync(file);
      closeSync(file);
    },
  };
}

function readLines(path: string): SandboxTransfer[] {
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as SandboxTransfer);
}
