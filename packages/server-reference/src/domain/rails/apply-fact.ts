import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import type { RailName } from "../../rails/rail.ts";
import type { RailFact } from "../../rails/rail-event.ts";
import { receivePayment } from "../collections/receive-service.ts";
import { reversePayment } from "../collections/refund-service.ts";
import { applyTransferFact } from "../payouts/record-service.ts";
import { updateReadiness } from "./account-repository.ts";
import { findPayer, type Outcome, sumRefunded } from "./event-repository.ts";

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
  const amount = fact.total - (await sumRefunded(tx, rail, subject));
  if (amount <= 0n) return "applied";
  const reference = `${subject}-refunded-${fact.total}`;
  await reversePayment(ctx, tx, { rail, payment: subject, reference, amount, reason: "refunded over the rail", confirmedBy: rail });
  return "applied";
}

async function disputed(ctx: AppContext, tx: Tx, rail: RailName, { fact, subject }: Payment<"payment-disputed">): Promise<Outcome> {
  const { caseId, currency, amount, stage } = fact;
  if (stage === "withdrawn") {
    await reversePayment(ctx, tx, {
      rail,
      payment: subject,
      reference: caseId,
      amount,
      reason: "disputed with the bank",
      confirmedBy: rail,
    });
    return "applied";
  }
  const companyId = await findPayer(tx, rail, subject);
  if (companyId === undefined) return "waiting";
  const reference = `${caseId}-reinstated`;
  await receivePayment(ctx, tx, { rail, reference, method: "checkout", companyId, currency, amount, confirmedBy: rail });
  return "applied";
}

/** Over this rail a transfer that exists is done; one without our id is somebody else's. */
async function transferred(ctx: AppContext, tx: Tx, rail: RailName, { fact }: Payment<"transfer">): Promise<Outcome> {
  const { orderId, externalId, reversed } = fact;
  if (orderId === undefined) return "ignored";
  const known = await applyTransferFact(tx, { transferId: orderId, rail, externalId, completed: true, reversed }, ctx.clock.now());
  return known ? "applied" : "refused";
}
