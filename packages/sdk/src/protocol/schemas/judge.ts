import type * as z from "zod";
import { OmlaError } from "../errors.ts";

/**
 * A check that runs one of the protocol's own judges on what already has the right shape.
 *
 * The issue carries the judge's code in `params.code`, and its path within the value.
 */
export function judged<T>(judge: (value: T) => unknown): z.core.CheckFn<T> {
  return (payload) => {
    try {
      judge(payload.value);
    } catch (error) {
      if (!(error instanceof OmlaError)) throw error;
      payload.issues.push(issueOf(error, payload.value));
    }
  };
}

function issueOf(error: OmlaError, input: unknown): z.core.$ZodRawIssue {
  return { code: "custom", message: error.message, path: pathParts(error.path), params: { code: error.code }, input };
}

/** `lineage[1].contribution_weight` in parts. */
function pathParts(path = ""): (string | number)[] {
  return (path.match(/[^.[\]]+/g) ?? []).map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
