import { parseArgs } from "node:util";
import { playDemo } from "../demo/play-demo.ts";
import type { Command } from "./command.ts";

export const demo: Command = {
  usage: "",
  summary: "Play one whole quarter in the terminal, on a registry in memory",
  run: async (args, io) => {
    parseArgs({ args: [...args] });
    await playDemo(io.out);
    return 0;
  },
};
