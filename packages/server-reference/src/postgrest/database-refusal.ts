import { type DatabaseFault, isDatabaseFault } from "../db/errors.ts";
import { RestError } from "./rest-error.ts";

/** SQLSTATE, or its class, to the status that PostgREST gives it; the longest match counts, and everything else is a fault of ours. */
const STATUS: Readonly<Record<string, number>> = {
  "08": 503,
  "0A000": 400,
  "21000": 400,
  "22": 400,
  "23": 400,
  "23503": 409,
  "23505": 409,
  "25006": 405,
  "28": 403,
  "40": 409,
  "0L": 403,
  "0P": 403,
  "2F": 400,
  "42501": 403,
  "428C9": 400,
  "42725": 400,
  "42803": 400,
  "42804": 400,
  "42846": 400,
  "42883": 404,
  "42P01": 404,
  "42P10": 400,
  "42P18": 400,
  "42P21": 400,
  "42P22": 400,
  "44": 400,
  "53": 503,
  "54": 413,
  "55000": 405,
  "55P03": 503,
  // Our own bound of the time that a question may take: asking for less is the caller's to do.
  "57014": 413,
  "57P01": 503,
  P0001: 400,
};

/** States whose words may hold what stands in the database's own code. */
const OWN_WORDS: Readonly<Record<string, string>> = {
  "54": "The request is too large to be answered.",
  "57014": "canceling statement due to statement timeout",
};

/** What PostgreSQL refused, in PostgREST's form; undefined where it is a fault of ours. */
export function databaseRefusal(error: unknown, isAnonymous: boolean): RestError | undefined {
  if (!isDatabaseFault(error)) return undefined;
  const raised = /^PT([45]\d\d)$/.exec(error.code);
  if (raised !== null)
    return new RestError(Number(raised[1]), error.constraint ?? error.code, messageOf(error), {
      ...textOf(error),
      details: structured(error.detail),
    });
  const state = [error.code, error.code.slice(0, 2)].find((key) => Object.hasOwn(STATUS, key));
  if (state === undefined) return undefined;
  const status = state === "42501" && isAnonymous ? 401 : (STATUS[state] ?? 400);
  const own = OWN_WORDS[state];
  if (own !== undefined) return new RestError(status, error.code, own, { hint: "Ask for less at a time, by narrower or indexed filters." });
  return new RestError(status, error.code, error.message, textOf(error));
}

function textOf({ detail, hint }: DatabaseFault): { readonly details: string | null; readonly hint: string | null } {
  return { details: detail ?? null, hint: hint === undefined || hint === "" ? null : hint };
}

/** A raised refusal repeats its code before the message. */
function messageOf({ message, constraint }: DatabaseFault): string {
  return constraint !== undefined && message.startsWith(`${constraint}: `) ? message.slice(constraint.length + 2) : message;
}

/** A refusal that was raised may carry its details as JSON. */
function structured(detail: string | undefined): unknown {
  try {
    return detail?.startsWith("{") === true ? JSON.parse(detail) : (detail ?? null);
  } catch {
    return detail;
  }
}
