import { isObject } from "../protocol/file-rules.ts";
import { type JsonObject, type JsonValue, OmlaError } from "../protocol/index.ts";
import { difference } from "./difference.ts";
import type { Implementation } from "./implementation.ts";
import { type CaseReader, type Check, MalformedCase } from "./vector-case.ts";
import { WHOLE_FILES } from "./given-files.ts";
import { VECTOR_FILES } from "./vector-files.ts";

export interface VectorResult {
  /** Position in the file, and the case's own name where it has one. */
  readonly name: string;
  /** `left out`: the implementation has none of the operations that the case needs. */
  readonly outcome: "passed" | "failed" | "left out";
  /** What went wrong; null where nothing did. */
  readonly message: string | null;
}

export interface VectorReport {
  readonly file: string;
  /** Whether the file's name is one of the protocol's; nothing is read of another. */
  readonly known: boolean;
  readonly passed: number;
  readonly failed: number;
  readonly left_out: number;
  readonly results: readonly VectorResult[];
}

/** How a run judges. */
export interface RunOptions {
  /**
   * `exact` unless said: a refusal names the path that the case names. `coarse`: it may name a part of it or none, as a database does that sees
   * a value without the name that its caller gave it.
   */
  readonly paths?: "exact" | "coarse";
}

/** The files that {@link runVectorFile} knows. */
export function knownVectorFiles(): string[] {
  return [...Object.keys(VECTOR_FILES), ...Object.keys(WHOLE_FILES)].sort();
}

/**
 * Holds an implementation against one vector file; a malformed file or case is a failure, never an exception.
 *
 * @param file - its name, such as `splits.json`
 * @param text - its text as it stands on the disk
 * @see vectors/README.md
 * @example
 * const report = await runVectorFile("splits.json", text, PROTOCOL);
 * console.log(describeReport(report));
 */
export async function runVectorFile(
  file: string,
  text: string,
  implementation: Implementation,
  { paths = "exact" }: RunOptions = {},
): Promise<VectorReport> {
  const judge: Judge = { implementation, paths };
  const whole = Object.hasOwn(WHOLE_FILES, file) ? WHOLE_FILES[file] : undefined;
  if (whole) return report(file, [await runChecks("the file", () => [whole(text)], judge)]);
  const sections = Object.hasOwn(VECTOR_FILES, file) ? VECTOR_FILES[file] : undefined;
  if (!sections) return { ...report(file, []), known: false };
  const results: VectorResult[] = [];
  try {
    const json = JSON.parse(text) as JsonValue;
    for (const { at, read } of sections) {
      const cases = casesOf(json, at);
      for (const [index, given] of cases.entries()) results.push(await runCase(given, `${at ?? ""}[${index}]`, read, judge));
    }
    if (results.length === 0) throw new MalformedCase("the file holds no case");
  } catch (error) {
    results.push({ name: "the file", outcome: "failed", message: messageOf(error) });
  }
  return report(file, results);
}

function casesOf(json: JsonValue, at: string | undefined): JsonValue[] {
  const cases = at === undefined ? json : isObject(json) ? json[at] : undefined;
  if (!Array.isArray(cases)) throw new MalformedCase(`${at ?? "the file"} must be a list of cases`);
  return cases;
}

interface Judge {
  readonly implementation: Implementation;
  readonly paths: "exact" | "coarse";
}

async function runCase(given: JsonValue, place: string, read: CaseReader, judge: Judge): Promise<VectorResult> {
  if (!isObject(given)) return { name: place, outcome: "failed", message: "malformed: a case is an object" };
  const label = given["name"] ?? given["why"] ?? given["type"];
  return runChecks(typeof label === "string" ? `${place} ${label}` : place, () => read(given), judge);
}

async function runChecks(name: string, read: () => readonly Check[], judge: Judge): Promise<VectorResult> {
  try {
    const checks = read().filter(({ operation }) => judge.implementation[operation] !== undefined);
    for (const check of checks) {
      const fault = await runCheck(check, judge);
      if (fault !== undefined) return { name, outcome: "failed", message: `${check.operation}: ${fault}` };
    }
    return { name, outcome: checks.length > 0 ? "passed" : "left out", message: null };
  } catch (error) {
    return { name, outcome: "failed", message: messageOf(error) };
  }
}

/** What is wrong with the implementation's answer; undefined where it is right. */
async function runCheck({ operation, input, expected }: Check, { implementation, paths }: Judge): Promise<string | undefined> {
  const operate = implementation[operation] as (input: JsonObject) => unknown;
  let answer: unknown;
  try {
    answer = await operate(input);
  } catch (error) {
    if (!isRefusal(error)) return `neither an answer nor a refusal: ${messageOf(error)}`;
    if (expected.kind !== "refused") return `refused: ${messageOf(error)}`;
    const { code = error.code, path = error.path } = expected;
    const isPart = paths === "coarse" && (path ?? "").startsWith(error.path ?? "");
    return difference({ code, path }, { code: error.code, path: isPart ? path : error.path });
  }
  if (expected.kind === "refused") return `expected a refusal${expected.code === undefined ? "" : ` with ${expected.code}`}, got an answer`;
  return expected.kind === "value" ? difference(expected.value, answer) : undefined;
}

/** An `OmlaError`, also of another copy of the package; anything else is a crash. */
function isRefusal(error: unknown): error is OmlaError {
  return error instanceof OmlaError || (error instanceof Error && error.name === "OmlaError" && "code" in error);
}

function messageOf(error: unknown): string {
  if (error instanceof MalformedCase) return `malformed: ${error.message}`;
  if (isRefusal(error)) return `${error.code}${error.path === undefined ? "" : ` at ${error.path}`}: ${error.message}`;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function report(file: string, results: readonly VectorResult[]): VectorReport {
  const count = (outcome: VectorResult["outcome"]): number => results.filter((result) => result.outcome === outcome).length;
  return { file, known: true, passed: count("passed"), failed: count("failed"), left_out: count("left out"), results };
}
