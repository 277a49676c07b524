import { once } from "node:events";
import { createVerifier } from "../create-verifier.ts";
import { createSidecar } from "../sidecar.ts";
import { type ExitCode, type Invocation, text, UsageError, verifierOptions } from "./command.ts";

export const SERVE_OPTIONS = { host: { type: "string" }, port: { type: "string" }, "on-review": { type: "string" } } as const;

/** Runs the local HTTP sidecar until it is told to stop. */
export async function serve(invocation: Invocation, environment: Readonly<Record<string, string | undefined>>): Promise<ExitCode> {
  const { values, output } = invocation;
  const host = text(values["host"]) ?? "127.0.0.1";
  const port = Number(text(values["port"]) ?? "8737");
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new UsageError(`--port ${String(values["port"])} is not a port`);
  const options = verifierOptions(invocation, environment);
  // Who fails closed does not let pass what a person has yet to look at.
  const onReview = text(values["on-review"]) ?? (options.policy === "payments" ? "refuse" : "pass");
  if (onReview !== "pass" && onReview !== "refuse") throw new UsageError(`--on-review ${onReview} is neither pass nor refuse`);
  const verifier = createVerifier({
    ...options,
    onEvent: (event) => output.err(`${JSON.stringify({ time: new Date().toISOString(), ...event })}\n`),
  });
  await verifier.ready;
  const server = createSidecar(verifier, { onReview });
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  output.out(`omla-verifier listens on http://${host}:${typeof address === "object" ? (address?.port ?? port) : port}\n`);
  const stop = (): void => void server.close();
  process.once("SIGINT", stop).once("SIGTERM", stop);
  await once(server, "close");
  verifier.close();
  return 0;
}
