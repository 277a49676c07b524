import type { Statement } from "../protocol/documents/statement.ts";
import { verifyStatement } from "../protocol/verify-statement.ts";
import { expectMembers } from "./answer.ts";
import { apiKeyId } from "./api-key.ts";
import type { CallOptions } from "./call.ts";
import { assertQuarter } from "./receivables.ts";
import type { Registry } from "./registry.ts";

/** The association's signed statement of how a company stands for a quarter; checkable offline by its key. */
export interface Certificate extends Statement {
  readonly signature: string;
}

export interface CertificateInput {
  /** An ended quarter, such as `2026-Q3`. */
  readonly quarter: string;
  /** The association's public keys, pinned by you: the certificate is checked before it is given. */
  readonly keys?: readonly string[] | undefined;
}

/** Asks for the certificate of the client's company. */
export async function fetchCertificate(
  registry: Registry,
  { quarter, keys }: CertificateInput,
  options?: CallOptions,
): Promise<Certificate> {
  apiKeyId(registry.apiKey);
  const body = await registry.act("certificate", { quarter: assertQuarter(quarter) }, { ...options, reads: true });
  const certificate = expectMembers<Certificate>(body, { company_id: "string", quarter: "string", signature: "string" }, "the certificate");
  if (keys !== undefined) await verifyStatement(certificate, { keys });
  return certificate;
}
