#!/usr/bin/env node
import { run } from "../cli/run.ts";

process.exitCode = await run(process.argv.slice(2), {
  environment: process.env,
  out: (line) => process.stdout.write(`${line}\n`),
  error: (line) => process.stderr.write(`${line}\n`),
});

/** A command that failed is over, even where a connection is still open that the other end was to close. */
const LINGER_MS = 1_000;
if (process.exitCode !== 0) setTimeout(() => process.exit(), LINGER_MS).unref();
