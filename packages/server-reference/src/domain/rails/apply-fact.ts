import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import type { RailName } from "../../rails/rail.ts";
import type { RailFact } from "../../rails/rail-event.ts";
import { receivePayment } from "../collections/receive-service.ts";
import { reversePayment } from "../collections/refund-service.ts";
import { applyTransferFact } from "../payouts/record-service.ts";
import { updateReadiness } from "./account-repository.ts";
import { FAILED, findPayer, findPaymentParts, insertPaymentName, type Outcome, sumRefunded } from "./event-repository.ts";

/** A fact about something that the registry knows by the name `subject`. */
export interface Told<Fact extends RailFact = RailFact> {
  readonly fact: Fact;
  readonly subject: string;
  readonly occurredAt: Date;
}

type Appliers = {
  readonly [Kind in RailFact["kind"]]: (
    ctx: AppContext,
    tx: Tx,
    rail: RailName,
    told: Told<Extract<RailFact, { kind: Kind }>>,
  ) => Promise<Outcome>;
};

/** What each kind of fact does; a new kind does not compile until it stands here. */
const APPLIERS: Appliers = {
  "payment-received": received,
  "payment-named": async () => "applied",
  "payment-refunded": refunded,
  "refund-failed": refundFailed,
  "payment-disputed": disputed,
  transfer: transferred,
  account: async (_ctx, tx, rail, { fact: { accountId, ready }, occurredAt }) =>
    (await updateReadiness(tx, rail, accountId, ready, occurredAt)) ? "applied" : "waiting",
};

/** Books what a rail says. @throws {ApiError} what the books refuse */
export function applyFact(ctx: AppContext, tx: Tx, rail: RailName, told: Told): Promise<Outcome> {
  const apply = APPLIERS[told.fact.kind] as (ctx: AppContext, tx: Tx, rail: RailName, told: Told) => Promise<Outcome>;
  return apply(ctx, tx, rail, told);
}

type Payment<Kind extends RailFact["kind"]> = Told<Extract<RailFact, { kind: Kind }>>;

/** Money that names no payment of ours came for somebody else of the same account. */
async function received(ctx: AppContext, tx: Tx, rail: RailName, { fact, subject }: Payment<"payment-received">): Promise<Outcome> {
  const { paymentId, currency, amount, method } = fact;
  if (paymentId === undefined) return "ignored";
  await receivePayment(ctx, tx, { rail, reference: subject, method, payment: paymentId, currency, amount, confirmedBy: rail });
  return "applied";
}

/** The rail says how much went back so far: the difference to what was booked is booked. The money is gone, nobody can refuse it. */
async function refunded(ctx: AppContext, tx: Tx, rail: RailName, { fact, subject }: Payment<"payment-refunded">): Promise<Outcome> {
  const { externalId, total } = fact;
  const booked = await sumRefunded(tx, rail, subject, externalId);
  // The same sum once more after a refund that failed is another refund.
  const reference = `${externalId}-refunded-${total}${booked.failed === 0 ? "" : `-${booked.failed}`}`;
  let open = total - booked.total;
  if (open <= 0n) return "applied";
  const reverse = (payment: string, name: string, amount: bigint): Promise<unknown> =>
    reversePayment(ctx, tx, { rail, payment, reference: name, amount, reason: "refunded over the rail", confirmedBy: rail });
  for (const { reference: part, left } of await findPaymentParts(tx, rail, subject)) {
    const amount = left < open ? left : open;
    if (amount > 0n) await reverse(part, part === subject ? reference : `${reference}-${part}`, amount);
    open -= amount > 0n ? amount : 0n;
  }
  // Nothing arrived yet, or not so much: the books say which.
  if (open > 0n) await reverse(subject, reference, open);
  return "applied";
}

/** The money of a refund that failed is here again; before the refund was booked there is nothing to undo. */
async function refundFailed(ctx: AppContext, tx: Tx, rail: RailName, { fact, subject }: Payment<"refund-failed">): Promise<Outcome> {
  const { externalId, refundId, currency, amount } = fact;
  const reference = `${refundId}${FAILED}`;
  if ((await findPayer(tx, rail, reference)) !== undefined) return "applied";
  if ((await sumRefunded(tx, rail, subject, externalId)).total < amount) return "waiting";
  return giveBack(ctx, tx, rail, { payment: subject, reference, currency, amount });
}

async function disputed(ctx: AppContext, tx: Tx, rail: RailName, { fact, subject }: Payment<"payment-disputed">): Promise<Outcome> {
  const { caseId, currency, amount, stage } = fact;
  if (stage === "reinstated") return giveBack(ctx, tx, rail, { payment: subject, reference: `${caseId}-reinstated`, currency, amount });
  const reason = "disputed with the bank";
  await reversePayment(ctx, tx, { rail, payment: subject, reference: caseId, amount, reason, confirmedBy: rail });
  return "applied";
}

interface GivenBack {
  readonly payment: string;
  readonly reference: string;
  readonly currency: string;
  readonly amount: bigint;
}

/** Money that had gone back is here again: under a name of its own, and as a part of the payment that it came with. */
async function giveBack(ctx: AppContext, tx: Tx, rail: RailName, { payment, reference, currency, amount }: GivenBack): Promise<Outcome> {
  const companyId = await findPayer(tx, rail, payment);
  if (companyId === undefined) return "waiting";
  await receivePayment(ctx, tx, { rail, reference, method: "checkout", companyId, currency, amount, confirmedBy: rail });
  await insertPaymentName(tx, rail, reference, payment);
  return "applied";
}

/** Over this rail a transfer that exists is done; one without our id is somebody else's. */
async function transferred(ctx: AppContext, tx: Tx, rail: RailName, { fact }: Payment<"transfer">): Promise<Outcome> {
  const { orderId, externalId, reversed } = fact;
  if (orderId === undefined) return "ignored";
  const known = await applyTransferFact(tx, { transferId: orderId, rail, externalId, completed: true, reversed }, ctx.clock.now());
  return known ? "applied" : "refused";
}
