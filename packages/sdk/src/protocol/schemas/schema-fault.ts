import type * as z from "zod";
import { joinPath, type OmlaError, protocolError } from "../errors.ts";
import { HINTS, type ProtocolCode } from "../hints.ts";

type Issue = z.core.$ZodIssue;

/**
 * The first fault that a schema found, as the error that the hand-written readers throw.
 *
 * Of a union's branches it takes the one that came furthest: a plain entry with a bad amount is not called a bad pipeline.
 *
 * @returns DOCUMENT_SCHEMA, or the code of the judge that refused, with the path of the field
 */
export function schemaFault(error: z.ZodError, base?: string): OmlaError {
  const issue = deepest(error.issues[0] as Issue);
  const path = issue.path.reduce<string | undefined>((at, part) => joinPath(at, part as string | number), base);
  const code = issue.code === "custom" ? (issue.params?.["code"] as string | undefined) : undefined;
  const known = code !== undefined && code in HINTS ? (code as ProtocolCode) : "DOCUMENT_SCHEMA";
  return protocolError([known, HINTS[known]], issue.message, path);
}

function deepest(issue: Issue): Issue {
  if (issue.code !== "invalid_union") return issue;
  const branches = issue.errors.filter((branch) => branch.length > 0);
  const [best] = branches.sort((a, b) => score(a) - score(b));
  if (!best) return issue;
  const inner = deepest(best[0] as Issue);
  return { ...inner, path: [...issue.path, ...inner.path] };
}

/** Members that are missing or unknown say that the branch was not meant. */
function score(branch: readonly Issue[]): number {
  const strange = branch.filter(
    (issue) => issue.code === "unrecognized_keys" || (issue.code === "invalid_type" && issue.path.length === 1),
  );
  return strange.length * 1000 + branch.length;
}
