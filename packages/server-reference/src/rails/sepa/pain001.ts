import { formatTimestamp } from "@omla/sdk/protocol";
import XMLBuilder from "fast-xml-builder";
import { RailError } from "../rail.ts";
import { parseSepaParty, sepaText, type SepaParty } from "./iban.ts";

/** One credit transfer of a file. */
export interface SepaPayment {
  readonly endToEndId: string;
  /** As the wallet's owner signed it. */
  readonly destination: string;
  /** In 10^-6 EUR; whole cents. */
  readonly amount: bigint;
  readonly remittance: string;
}

export interface SepaFile {
  /** At most 35 characters; a bank takes a message once. */
  readonly messageId: string;
  readonly createdAt: Date;
  /** The day on which the bank shall act. */
  readonly executionDate: Date;
  readonly debtor: SepaParty;
  readonly payments: readonly SepaPayment[];
}

const NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";
const CENT = 10_000n;
/** The scheme's limit of one transfer. */
const MAX_CENTS = 99_999_999_999n;
/** The same in 10^-6 EUR. */
export const MAX_SEPA_AMOUNT: bigint = MAX_CENTS * CENT;
const MAX_REMITTANCE = 140;

/**
 * One customer credit transfer initiation (ISO 20022, pain.001.001.09) with one batch in EUR; the same input gives the same bytes.
 *
 * @throws {RailError} RAIL_AMOUNT | RAIL_DESTINATION | RAIL_EMPTY
 */
export function buildPain001(file: SepaFile): string {
  if (file.payments.length === 0) throw new RailError("RAIL_EMPTY", "there is nothing to pay", { definitive: true });
  const sum = formatCents(file.payments.reduce((total, { amount }) => total + centsOf(amount), 0n));
  const count = String(file.payments.length);
  const initiation = {
    GrpHdr: {
      MsgId: file.messageId,
      CreDtTm: formatTimestamp(file.createdAt),
      NbOfTxs: count,
      CtrlSum: sum,
      InitgPty: { Nm: file.debtor.name },
    },
    PmtInf: paymentInformation(file, count, sum),
  };
  const document = {
    "?xml": { "@version": "1.0", "@encoding": "UTF-8" },
    Document: { "@xmlns": NAMESPACE, CstmrCdtTrfInitn: initiation },
  };
  return String(BUILDER.build(document));
}

const BUILDER = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: "@", format: true, suppressEmptyNode: false });

function paymentInformation({ messageId, executionDate, debtor, payments }: SepaFile, count: string, sum: string): object {
  return {
    PmtInfId: messageId,
    PmtMtd: "TRF",
    NbOfTxs: count,
    CtrlSum: sum,
    PmtTpInf: { SvcLvl: { Cd: "SEPA" } },
    ReqdExctnDt: { Dt: executionDate.toISOString().slice(0, 10) },
    Dbtr: { Nm: debtor.name },
    DbtrAcct: { Id: { IBAN: debtor.iban }, Ccy: "EUR" },
    DbtrAgt: { FinInstnId: debtor.bic === undefined ? { Othr: { Id: "NOTPROVIDED" } } : { BICFI: debtor.bic } },
    ChrgBr: "SLEV",
    CdtTrfTxInf: payments.map(transaction),
  };
}

function transaction({ endToEndId, destination, amount, remittance }: SepaPayment): object {
  const creditor = parseSepaParty(destination);
  if (creditor === undefined) throw new RailError("RAIL_DESTINATION", `${endToEndId} has no IBAN with a name`, { definitive: true });
  return {
    PmtId: { EndToEndId: endToEndId },
    Amt: { InstdAmt: { "@Ccy": "EUR", "#text": formatCents(centsOf(amount)) } },
    ...(creditor.bic === undefined ? {} : { CdtrAgt: { FinInstnId: { BICFI: creditor.bic } } }),
    Cdtr: { Nm: creditor.name },
    CdtrAcct: { Id: { IBAN: creditor.iban } },
    RmtInf: { Ustrd: sepaText(remittance, MAX_REMITTANCE) },
  };
}

function centsOf(amount: bigint): bigint {
  const cents = amount / CENT;
  if (amount % CENT === 0n && cents > 0n && cents <= MAX_CENTS) return cents;
  throw new RailError("RAIL_AMOUNT", `${amount} is no amount of whole cents within the scheme's limit`, { definitive: true });
}

function formatCents(cents: bigint): string {
  return `${cents / 100n}.${String(cents % 100n).padStart(2, "0")}`;
}
