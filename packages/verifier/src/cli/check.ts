import { createVerifier } from "../create-verifier.ts";
import type { Subject } from "../index-of-entries.ts";
import type { Verdict } from "../verdict.ts";
import { type ExitCode, type Invocation, text, UsageError, verifierOptions } from "./command.ts";

export const CHECK_OPTIONS = {
  model: { type: "string" },
  "model-id": { type: "string" },
  address: { type: "string" },
  sha256: { type: "string" },
  "commercial-user-id": { type: "string" },
  domain: { type: "string" },
  location: { type: "string" },
} as const;

const NAMES: Readonly<Record<keyof typeof CHECK_OPTIONS, keyof Subject>> = {
  model: "model",
  "model-id": "model_id",
  address: "address",
  sha256: "sha256",
  "commercial-user-id": "commercial_user_id",
  domain: "domain",
  location: "location",
};

/** One question, answered from the list as it is published now, or as it is kept where it cannot be reached. */
export async function check(invocation: Invocation, environment: Readonly<Record<string, string | undefined>>): Promise<ExitCode> {
  const subject = subjectOf(invocation);
  const { output } = invocation;
  const verifier = createVerifier({
    ...verifierOptions(invocation, environment),
    refreshMs: 0,
    onEvent: ({ alarm, code, message }) => {
      if (alarm) output.err(`omla-verifier: ${code}: ${message}\n`);
    },
  });
  await verifier.ready;
  await verifier.refresh();
  const verdict = verifier.check(subject);
  verifier.close();
  output.out(invocation.values["json"] === true ? `${JSON.stringify(verdict)}\n` : describe(verdict));
  return verdict.action === "allow" ? 0 : 1;
}

function subjectOf({ values, operands }: Invocation): Subject {
  const named = Object.entries(NAMES).flatMap(([option, name]) => {
    const value = text(values[option]);
    return value === undefined ? [] : [[name, value] as const];
  });
  const [model] = operands;
  const subject: Subject = Object.fromEntries(model === undefined ? named : [["model", model], ...named]);
  if (Object.keys(subject).length === 0)
    throw new UsageError("say what to check: a model, or one of --model-id --address --sha256 --commercial-user-id --domain --location");
  return subject;
}

function describe({ action, reason, state, sequence, matches }: Verdict): string {
  const list = sequence === null ? "no list" : `list ${sequence}, ${state}`;
  const lines = matches.map(
    ({ kind, id, matched_by, reason: why, since, enforce, case: number }) =>
      `  ${kind} ${id} by ${matched_by}: ${why} since ${since}, ${enforce}, case ${number}\n`,
  );
  return `${action}  ${reason} (${list})\n${lines.join("")}`;
}
