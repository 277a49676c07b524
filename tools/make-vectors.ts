import { writeFileSync } from "node:fs";
import { documentFieldCases } from "./vectors/document-fields.ts";
import { heartbeatCases } from "./vectors/heartbeats.ts";
import { keysetCases } from "./vectors/keysets.ts";
import { legacyCases, publicKeyCases, signatureCases } from "./vectors/keys.ts";
import { lineageGraphCases, registrationPlanCases } from "./vectors/lineage.ts";
import { allocationCases, reportCases, settlementCases } from "./vectors/money.ts";
import { refusalCases } from "./vectors/refusals.ts";
import { sidecarCases } from "./vectors/sidecars.ts";
import { dueQuarterCases, quarterCases, timestampCases } from "./vectors/time.ts";

/** The vector files that this project adds. Answers are written by hand beside each case; signatures come from fixed seeds by Node's crypto. */
export const MADE_VECTORS: Readonly<Record<string, () => object[]>> = {
  "allocations.json": allocationCases,
  "document-fields.json": documentFieldCases,
  "due-quarters.json": dueQuarterCases,
  "heartbeats.json": heartbeatCases,
  "keysets.json": keysetCases,
  "legacy-registrations.json": legacyCases,
  "lineage-graphs.json": lineageGraphCases,
  "public-keys.json": publicKeyCases,
  "quarters.json": quarterCases,
  "refusals.json": refusalCases,
  "registration-plans.json": registrationPlanCases,
  "reports.json": reportCases,
  "settlements.json": settlementCases,
  "sidecars.json": sidecarCases,
  "signatures.json": signatureCases,
  "timestamps.json": timestampCases,
};

/** The text of a vector file as it is committed. */
export function vectorText(cases: readonly object[]): string {
  return `${JSON.stringify(cases, undefined, 1)}\n`;
}

if (import.meta.main) {
  for (const [file, cases] of Object.entries(MADE_VECTORS)) {
    writeFileSync(new URL(`../vectors/${file}`, import.meta.url), vectorText(cases()));
  }
}
