import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { taxCsv, taxTotals } from "../domain/tax/totals-service.ts";
import { type Command, UsageError } from "./command.ts";
import { withContext } from "./with-context.ts";

export const taxExport: Command = {
  usage: "--year YEAR --out FILE",
  summary: "Write what each wallet received in a year, with the form on file for it, as CSV",
  run: async (args, io) => {
    const { year, out } = parseArgs({ args: [...args], options: { year: { type: "string" }, out: { type: "string" } } }).values;
    if (year === undefined || !/^(19[7-9]\d|[2-9]\d{3})$/.test(year) || out === undefined) {
      throw new UsageError("Write: tax-export --year 2026 --out FILE");
    }
    const totals = await withContext(io, (ctx) =>
      ctx.db.service((tx) => taxTotals(tx, Number(year), ctx.clock.now()), { readOnly: true, statementTimeoutMs: EXPORT_TIMEOUT_MS }),
    );
    // It says who earned what: only its owner reads it, and it never takes the place of another file.
    await writeFile(out, [...taxCsv(Number(year), totals)].join(""), { mode: 0o600, flag: "wx" });
    io.out(`${out}: ${totals.length} wallets were paid in ${year}`);
    return 0;
  },
};

const EXPORT_TIMEOUT_MS = 120_000;
