import { OmlaError } from "@omla/sdk/protocol";
import type { VerifierOptions } from "../verifier-options.ts";

/** Where a command prints. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** 0 done, 1 refused or failed, 2 wrong usage. */
export type ExitCode = 0 | 1 | 2;

export interface Invocation {
  readonly values: Readonly<Record<string, string | boolean | string[] | undefined>>;
  readonly operands: readonly string[];
  readonly output: Output;
}

/** The options that every command takes, as `node:util` parses them. */
export const LIST_OPTIONS = {
  url: { type: "string" },
  key: { type: "string", multiple: true },
  threshold: { type: "string" },
  policy: { type: "string" },
  store: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The verifier's options out of a command's; public keys are no secrets and may stand on the command line. */
export function verifierOptions({ values }: Invocation, environment: Readonly<Record<string, string | undefined>>): VerifierOptions {
  const url = text(values["url"]) ?? environment["OMLA_BLACKLIST_URL"];
  if (url === undefined)
    throw new UsageError("say where the list is: --url https://registry.example/api/blacklist.json (or OMLA_BLACKLIST_URL)");
  const keys = Array.isArray(values["key"]) ? values["key"] : (environment["OMLA_BLACKLIST_KEYS"] ?? "").split(/[\s,]+/).filter(Boolean);
  const policy = text(values["policy"]) ?? "gateway";
  if (policy !== "gateway" && policy !== "payments" && policy !== "advisory") {
    throw new OmlaError("CONFIG_POLICY", `there is no policy ${JSON.stringify(policy)}`, {
      hint: "Name one of gateway, payments, advisory.",
    });
  }
  const store = text(values["store"]);
  const threshold = Number(text(values["threshold"]) ?? "1");
  return { url, keys, threshold, policy, ...(store === undefined ? {} : { store }) };
}

/** The text of an option, undefined where it was not given. */
export function text(value: string | boolean | string[] | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
