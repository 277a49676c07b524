import { parseArgs } from "node:util";
import { loadConfig } from "../config.ts";
import { startServer } from "../main.ts";
import type { Command } from "./command.ts";
import { demoConfig } from "./demo-config.ts";

export const start: Command = {
  usage: "[--demo]",
  summary: "Run the registry; --demo with the demonstration's data and well-known secrets",
  run: async (args, io) => {
    const { values } = parseArgs({ args: [...args], options: { demo: { type: "boolean" } } });
    const running = values.demo === true ? await startDemo(demoConfig(io)) : await startServer(loadConfig(io.environment));
    io.out(addresses(running.url));
    if (values.demo === true) io.out(await tryIt());
    return 0;
  },
};

async function startDemo(config: ReturnType<typeof demoConfig>): ReturnType<typeof startServer> {
  const { startDemoServer } = await import("../demo/start.ts");
  return startDemoServer(config);
}

/** A demonstration's key is a secret of nobody. */
async function tryIt(): Promise<string> {
  const { visitorKey } = await import("../demo/visitor.ts");
  return `To try the README's ten lines: OMLA_API_KEY=${(await visitorKey()).text}`;
}

/** Where to look; a server on every interface is reached as localhost from here. */
function addresses(url: string): string {
  const base = url.replace("//0.0.0.0:", "//localhost:").replace("//[::]:", "//localhost:").replace("//127.0.0.1:", "//localhost:");
  return [
    `The registry runs.`,
    `  start page  ${base}/`,
    `  badges      ${base}/badges`,
    `  gallery     ${base}/badge-gallery/`,
    `  API docs    ${base}/docs`,
    `  blacklist   ${base}/api/blacklist.json`,
  ].join("\n");
}
