// Decides from a certificate, without a network, whether a supplier stood well for a quarter. Exit 0: yes. 1: no, or not proven.
import { readFileSync } from "node:fs";
import { OmlaError, parseUsd, type Statement, verifyStatement } from "@omla/sdk/protocol";

const { CERTIFICATE = "certificate.json", OMLA_KEYS = "", COMPANY_ID, QUARTER = "2026-Q3" } = process.env;

/** What this buyer asks of a supplier; the association only states the facts. */
function faultsOf({ company_id, quarter, reported, state, net_royalty_usd, settled_usd }: Statement): string[] {
  return [
    ...(company_id === COMPANY_ID ? [] : [`it is about another company, ${company_id}`]),
    ...(quarter === QUARTER ? [] : [`it is about ${quarter}`]),
    ...(reported ? [] : ["nothing was reported"]),
    ...(state === "DELINQUENT" || state === "BLACKLISTED" ? [`the company was ${state}`] : []),
    ...(parseUsd(settled_usd) === parseUsd(net_royalty_usd) ? [] : [`${settled_usd} of ${net_royalty_usd} USD had arrived`]),
  ];
}

try {
  // The keys are pinned here, and come from the association by another way than the certificate.
  const keys = OMLA_KEYS.split(" ").filter(Boolean);
  const { statement, key_id } = await verifyStatement(readFileSync(CERTIFICATE, "utf8"), { keys });
  console.log(`genuine: signed ${statement.generated_at} for ${statement.registry} by ${key_id}`);
  const faults = faultsOf(statement);
  for (const fault of faults) console.log(`but ${fault}`);
  if (faults.length === 0) console.log(`${statement.company_name} stood well for ${statement.quarter}`);
  process.exitCode = faults.length === 0 ? 0 : 1;
} catch (error) {
  if (!(error instanceof OmlaError)) throw error;
  console.error(`not proven, ${error.code}: ${error.message}\n${error.hint ?? ""}`);
  process.exitCode = 1;
}
