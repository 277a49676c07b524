import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { makeSepaFile, printSepaFile } from "../domain/rails/sepa-service.ts";
import { type Command, UsageError } from "./command.ts";
import { withContext } from "./with-context.ts";

const NUMBER = /^[1-9]\d?$/;

export const sepaFile: Command = {
  usage: "RUN [--again NUMBER] [--out FILE]",
  summary: "Write what a payout run sends over SEPA into a pain.001 file for the bank, or print a file that was lost again",
  run: async (args, io) => {
    const options = { out: { type: "string" }, again: { type: "string" } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [runId, ...rest] = positionals;
    if (runId === undefined || rest.length > 0) throw new UsageError("Name one run: omla-server sepa-file RUN.");
    const { again } = values;
    if (again !== undefined && !NUMBER.test(again)) throw new UsageError("--again takes the number of a file, from 1.");
    const { xml, number, count, total } = await withContext(io, (ctx) =>
      again === undefined ? makeSepaFile(ctx, runId) : printSepaFile(ctx, runId, Number(again)),
    );
    const path = values.out ?? `omla-sepa-${runId.slice(0, 8)}-${number}.xml`;
    // Somebody may have taken the earlier one to the bank already.
    await writeFile(path, xml, { flag: "wx", mode: 0o600 }).catch((cause: unknown) => {
      throw new Error(`file ${number} is made, but ${path} was not written; print it elsewhere with --again ${number} --out FILE`, {
        cause,
      });
    });
    io.out(
      `${path}: file ${number}, ${count} payments, ${total} EUR. Take it to the bank once, then confirm each payment with its reference.`,
    );
    return 0;
  },
};
