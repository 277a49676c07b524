import { systemConsole } from "./system-console.ts";
import { runCommandLine } from "./run-command-line.ts";

// Not awaited: in the published single file, what is loaded on demand stands behind this line.
void runCommandLine(process.argv.slice(2), systemConsole()).then((code) => {
  process.exitCode = code;
});
