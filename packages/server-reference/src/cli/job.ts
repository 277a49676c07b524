import { parseArgs } from "node:util";
import { runJob } from "../jobs/runner.ts";
import { isJobName, type JobName, SCHEDULE } from "../jobs/schedule.ts";
import { type Command, type Io, UsageError } from "./command.ts";
import { withContext } from "./with-context.ts";

export const job: Command = {
  usage: "[NAME]",
  summary: "List the scheduled jobs, or run one now",
  run: async (args, io) => {
    const [name, more] = parseArgs({ args: [...args], allowPositionals: true }).positionals;
    if (more !== undefined) throw new UsageError("Name one job.");
    if (name === undefined) return listJobs(io);
    if (!isJobName(name)) throw new UsageError(`There is no job ${JSON.stringify(name)}.`);
    io.out(JSON.stringify((await withContext(io, (ctx) => runJob(ctx, name))) ?? { done: true }));
    return 0;
  },
};

function listJobs(io: Io): 0 {
  for (const name of Object.keys(SCHEDULE) as JobName[]) io.out(`${name.padEnd(24)} ${SCHEDULE[name].about}`);
  return 0;
}
