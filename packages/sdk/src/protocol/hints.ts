import * as documents from "./codes/documents.ts";
import * as lineage from "./codes/lineage.ts";
import * as lists from "./codes/lists.ts";
import * as sidecar from "./codes/sidecar.ts";
import * as values from "./codes/values.ts";
import type { HintedCode } from "./errors.ts";

export type ProtocolCode = keyof (typeof documents & typeof lineage & typeof lists & typeof sidecar & typeof values);

/**
 * Every code that the protocol's functions raise, with what its reader should do.
 *
 * For pages and tests: the functions import their codes one by one, so that a bundle carries the hints of those that it can raise.
 */
export const HINTS: Readonly<Record<ProtocolCode, string>> = tableOf<ProtocolCode>(documents, lineage, lists, sidecar, values);

function tableOf<Code extends string>(...modules: readonly Readonly<Record<string, HintedCode>>[]): Record<Code, string> {
  return Object.fromEntries(modules.flatMap((codes) => Object.values(codes))) as Record<Code, string>;
}
