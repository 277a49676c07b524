import { parseArgs } from "node:util";
import { assertServable, type Config, loadConfig } from "../config.ts";
import { ConfigError } from "../config-error.ts";
import { examine, type Finding } from "../domain/health/examination.ts";
import { exposedFiles } from "../exposed-files.ts";
import { unknownSettings } from "../unknown-settings.ts";
import { SETTINGS, type SettingName } from "../settings.ts";
import type { Command, Io } from "./command.ts";
import { describeFault } from "./describe-fault.ts";
import { withContext } from "./with-context.ts";

export const doctor: Command = {
  usage: "",
  summary: "List the configuration, and check database, audit log, stored signatures and lists",
  run: async (args, io) => {
    parseArgs({ args: [...args] });
    listSettings(io);
    const unknown = unknownSettings(io.environment);
    for (const fault of unknown) io.out(`FAIL  configuration: ${fault}`);
    const config = readConfig(io);
    if (config === undefined) return 1;
    for (const warning of await exposedFiles(config, process.execArgv)) io.out(`WARN  secrets: ${warning}`);
    const findings = await withContext(io, examine, config).catch((error: unknown) => [unexamined(error, io)]);
    for (const finding of findings) io.out(`${finding.fine ? "ok  " : "FAIL"}  ${finding.what}: ${finding.detail}`);
    return unknown.length === 0 && findings.every(({ fine }) => fine) ? 0 : 1;
  },
};

/** What kept the examination from its end, in one line as all others. */
function unexamined(error: unknown, io: Io): Finding {
  if (error instanceof ConfigError) return { what: "configuration", fine: false, detail: error.faults.join("; ") };
  return { what: "database", fine: false, detail: describeFault(error, io).replaceAll("\n", " — ") };
}

function listSettings(io: Io): void {
  for (const [name, setting] of Object.entries(SETTINGS)) {
    const value = io.environment[name as SettingName];
    const shown = value === undefined || value === "" ? `(${String(setting.default ?? "not set")})` : setting.secret ? "(set)" : value;
    io.out(`${name.padEnd(30)} ${shown.padEnd(28)} ${setting.about}`);
  }
}

function readConfig(io: Io): Config | undefined {
  try {
    const config = loadConfig(io.environment);
    assertServable(config);
    return config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const fault of error.faults) io.out(`FAIL  configuration: ${fault}`);
    return undefined;
  }
}
