import { createVerifier } from "../create-verifier.ts";
import { type ExitCode, type Invocation, verifierOptions } from "./command.ts";

/** Downloads and checks the list once, and keeps it where `--store` says so. */
export async function refresh(invocation: Invocation, environment: Readonly<Record<string, string | undefined>>): Promise<ExitCode> {
  const { output, values } = invocation;
  const verifier = createVerifier({ ...verifierOptions(invocation, environment), refreshMs: 0 });
  await verifier.ready;
  const result = await verifier.refresh();
  const status = verifier.status();
  verifier.close();
  if (values["json"] === true) output.out(`${JSON.stringify({ ...result, status })}\n`);
  else if (result.code === undefined)
    output.out(`list ${status.sequence ?? "?"}, ${result.state}, ${status.entry_count} entries, ${result.changed ? "new" : "unchanged"}\n`);
  else output.err(`omla-verifier: ${result.code}: ${status.last_error?.message ?? "refused"}\n`);
  return result.code === undefined ? 0 : 1;
}
