import type { OperationName } from "./implementation.ts";
import { type CaseReader, check, coded, gives, member, members, REFUSED } from "./vector-case.ts";

/** The cases of a file: those of an array at its top, or at one of its members. */
export interface Section {
  readonly at?: string;
  readonly read: CaseReader;
}

/** A case whose answer stands whole in `expected`. */
export function answered(operation: OperationName, ...names: readonly string[]): CaseReader {
  return (given) => [check(operation, members(given, ...names), gives(member(given, "expected")))];
}

/** A case that must be refused, with whatever code. */
export function refused(operation: OperationName, ...names: readonly string[]): CaseReader {
  return (given) => [check(operation, members(given, ...names), REFUSED)];
}

/** A case with its answer in `code`, and in `expected` or `path`. */
export function withCode(operation: OperationName, ...names: readonly string[]): CaseReader {
  return (given) => [check(operation, members(given, ...names), coded(given))];
}
