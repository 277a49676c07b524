import { OmlaError } from "../../src/protocol/errors.ts";

/** The error that a call raises; a call that raises none, or another kind, is a failed test. */
export function faultOf(call: () => unknown): OmlaError {
  try {
    call();
  } catch (error) {
    if (error instanceof OmlaError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
