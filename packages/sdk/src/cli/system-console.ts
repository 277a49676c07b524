import type { Console } from "./console.ts";

/** The process's own streams, environment and clock. */
export function systemConsole(): Console {
  const { stdout, stderr, env } = process;
  const controller = new AbortController();
  process.once("SIGINT", () => controller.abort(new Error("interrupted")));
  // A reader that closes early, such as `head`, ends the output and is no fault.
  stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  const showsColour = env["NO_COLOR"] === undefined && env["TERM"] !== "dumb";
  return {
    env,
    folder: process.cwd(),
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    outIsTerminal: stdout.isTTY === true && showsColour,
    errIsTerminal: stderr.isTTY === true && showsColour,
    columns: stdout.columns ?? 100,
    fetch: (input, init) => fetch(input, init),
    now: () => new Date(),
    signal: controller.signal,
  };
}
