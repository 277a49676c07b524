import { parseArgs } from "node:util";
import { seedDemo } from "../demo/seed.ts";
import { type Command, UsageError } from "./command.ts";
import { demoConfig } from "./demo-config.ts";

export const seed: Command = {
  usage: "--demo",
  summary: "Fill the database with the demonstration's quarter; a second time changes nothing",
  run: async (args, io) => {
    const { values } = parseArgs({ args: [...args], options: { demo: { type: "boolean" } } });
    if (values.demo !== true) throw new UsageError("The one thing to seed is --demo.");
    const done = await seedDemo(demoConfig(io), new Date());
    io.out(done.seeded ? `Seeded the story of ${done.quarter}.` : "The demonstration's data is there already.");
    return 0;
  },
};
