import { parseArgs } from "node:util";
import { OmlaError } from "@omla/sdk/protocol";
import { check, CHECK_OPTIONS } from "./check.ts";
import { type ExitCode, type Invocation, LIST_OPTIONS, type Output, UsageError } from "./command.ts";
import { conformance } from "./conformance.ts";
import { refresh } from "./refresh.ts";
import { serve, SERVE_OPTIONS } from "./serve.ts";

type Environment = Readonly<Record<string, string | undefined>>;
type Command = (invocation: Invocation, environment: Environment) => Promise<ExitCode>;

const COMMANDS: Readonly<Record<string, Command>> = { check, refresh, conformance, serve };

const HELP = `omla-verifier: is this model or customer on the signed blacklist?

  omla-verifier check --url URL --key KEY --model owner/repo       one question; exit 1 where the answer is deny
  omla-verifier refresh --url URL --key KEY --store list.omla      downloads and checks the list, and keeps it
  omla-verifier serve --url URL --key KEY --port 8737              a local HTTP sidecar for nginx, Envoy and others
  omla-verifier conformance FOLDER                                 runs the blacklist vectors of a folder

  --url URL        where the list is published (or OMLA_BLACKLIST_URL)
  --key KEY        a public key of the association, base64, once for each (or OMLA_BLACKLIST_KEYS)
  --threshold N    how many of the keys must have signed, 1 unless said
  --policy NAME    gateway (fails open), payments (fails closed), advisory
  --store FILE     keeps the last good list, so that a restart answers at once
  --json           one JSON document in place of text

check    --model --model-id --address --sha256 --commercial-user-id --domain --location
serve    --host 127.0.0.1 --port 8737 --on-review pass|refuse (refuse where the policy is payments)
Exit code 0: allowed or done, 1: denied, in review or failed, 2: wrong usage.
`;

/** Runs one command; answers its exit code and never throws. */
export async function runCommandLine(args: readonly string[], environment: Environment, output: Output): Promise<ExitCode> {
  const [name = "", ...rest] = args;
  if (name === "" || name === "help" || name === "--help" || name === "-h") {
    output.out(HELP);
    return name === "" ? 2 : 0;
  }
  try {
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined) throw new UsageError(`there is no command ${JSON.stringify(name)}`);
    const options = { ...LIST_OPTIONS, ...CHECK_OPTIONS, ...SERVE_OPTIONS };
    const { values, positionals } = parseArgs({ args: rest, options, allowPositionals: true });
    if (values.help === true) {
      output.out(HELP);
      return 0;
    }
    return await command({ values, operands: positionals, output }, environment);
  } catch (error) {
    return report(error as Error, output);
  }
}

function report(error: Error, output: Output): ExitCode {
  const isUsage = error instanceof UsageError || (error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE_ARGS") === true;
  const code = error instanceof OmlaError ? `${error.code}: ` : "";
  output.err(`omla-verifier: ${code}${error.message}\n`);
  if (error instanceof OmlaError && error.hint !== undefined) output.err(`  ${error.hint}\n`);
  if (isUsage) output.err("  See `omla-verifier help`.\n");
  return isUsage ? 2 : 1;
}
