import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { makeSepaFile } from "../domain/rails/sepa-service.ts";
import { type Command, UsageError } from "./command.ts";
import { withContext } from "./with-context.ts";

export const sepaFile: Command = {
  usage: "RUN [--out FILE]",
  summary: "Write what a payout run sends over SEPA into a pain.001 file for the bank",
  run: async (args, io) => {
    const { values, positionals } = parseArgs({ args: [...args], options: { out: { type: "string" } }, allowPositionals: true });
    const [runId, ...rest] = positionals;
    if (runId === undefined || rest.length > 0) throw new UsageError("Name one run: omla-server sepa-file RUN.");
    const path = values.out ?? `omla-sepa-${runId.slice(0, 8)}.xml`;
    const { xml, count, total } = await withContext(io, (ctx) => makeSepaFile(ctx, runId));
    // Somebody may have taken the earlier one to the bank already.
    await writeFile(path, xml, { flag: "wx", mode: 0o600 });
    io.out(`${path}: ${count} payments, ${total} EUR. Take it to the bank once, then confirm each payment with its reference.`);
    return 0;
  },
};
