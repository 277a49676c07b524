import { type Config, DEMO_SECRET, loadConfig } from "../config.ts";
import { ConfigError } from "../config-error.ts";
import type { Io } from "./command.ts";

/** The configuration of a demonstration: as it is set, with known secrets where none are; never in production. */
export function demoConfig(io: Io): Config {
  if (io.environment["NODE_ENV"] === "production")
    throw new ConfigError(["--demo works with secrets that everybody knows: leave it out, or unset NODE_ENV"]);
  return loadConfig({ ...io.environment, OMLA_JWT_SECRET: io.environment["OMLA_JWT_SECRET"] || DEMO_SECRET });
}
