/** The money of one company as anybody would keep it on paper: lines with the payments that stand on them. Micro-dollars. */
export interface ModelPayment {
  readonly reference: string;
  readonly value: bigint;
  refunded: bigint;
}

export interface ModelLine {
  readonly id: string;
  readonly quarter: string;
  readonly model: number;
  readonly net: bigint;
  readonly on: Map<ModelPayment, bigint>;
  paidOut: boolean;
}

export interface MoneyModel {
  /** In the order of their arrival. */
  readonly payments: ModelPayment[];
  lines: ModelLine[];
  /** What was paid out, by chain of versions. */
  readonly distributed: Map<string, bigint>;
  /** Open disputes by chain: an amendment does not shake them off, nor does leaving the line out for a while. */
  readonly disputes: Map<string, string>;
  /** Every line that there ever was, by chain. */
  readonly history: Map<string, string[]>;
  payable: bigint;
  versions: number;
}

export const newMoneyModel = (): MoneyModel => ({
  payments: [],
  lines: [],
  distributed: new Map(),
  disputes: new Map(),
  history: new Map(),
  payable: 0n,
  versions: 0,
});

const sum = (parts: Iterable<bigint>): bigint => [...parts].reduce((total, part) => total + part, 0n);
export const chainOf = ({ quarter, model }: Pick<ModelLine, "quarter" | "model">): string => `${quarter} ${model}`;
export const paidOn = (line: ModelLine): bigint => sum(line.on.values());
export const openOf = (line: ModelLine): bigint => line.net - paidOn(line);
export const distributedOf = (model: MoneyModel, line: Pick<ModelLine, "quarter" | "model">): bigint =>
  model.distributed.get(chainOf(line)) ?? 0n;

export const disputeOf = (model: MoneyModel, line: ModelLine): string | undefined => model.disputes.get(chainOf(line));

export function freeOf(model: MoneyModel, payment: ModelPayment): bigint {
  return payment.value - payment.refunded - sum(model.lines.map((line) => line.on.get(payment) ?? 0n));
}

export function creditOf(model: MoneyModel): bigint {
  return sum(model.payments.map((payment) => freeOf(model, payment)));
}

export function statusOf(model: MoneyModel, line: ModelLine): string {
  if (openOf(line) > 0n) return disputeOf(model, line) === undefined ? "submitted" : "disputed";
  return line.paidOut || (line.net > 0n && distributedOf(model, line) === line.net) ? "paid" : "funded";
}

const isUnpaid = (line: ModelLine): boolean => openOf(line) > 0n;
const byAge = (a: ModelLine, b: ModelLine): number => (`${a.quarter}${a.id}` < `${b.quarter}${b.id}` ? -1 : 1);

function give(model: MoneyModel, payment: ModelPayment, lines: readonly ModelLine[]): void {
  for (const line of lines) {
    const free = freeOf(model, payment);
    const part = free < openOf(line) ? free : openOf(line);
    if (part > 0n) line.on.set(payment, (line.on.get(payment) ?? 0n) + part);
  }
}

/** A payment for the lines that are named, else for all: the undisputed first, then the oldest. */
export function receive(model: MoneyModel, payment: ModelPayment, named: readonly ModelLine[] | undefined): void {
  model.payments.push(payment);
  const lines = [...(named ?? model.lines)].filter(isUnpaid).sort(byAge);
  const disputed = (line: ModelLine): boolean => disputeOf(model, line) !== undefined;
  give(model, payment, [...lines.filter((line) => !disputed(line)), ...lines.filter(disputed)]);
}

/** A new version of a quarter: money follows the model of its line, and what is free pays what is open. */
export function putInForce(model: MoneyModel, quarter: string, lines: readonly ModelLine[]): void {
  const old = model.lines.filter((line) => line.quarter === quarter);
  model.lines = [...model.lines.filter((line) => line.quarter !== quarter), ...lines];
  for (const line of lines) {
    const before = old.find((earlier) => earlier.model === line.model);
    model.history.set(chainOf(line), [...(model.history.get(chainOf(line)) ?? []), line.id]);
    for (const payment of model.payments) {
      const stood = before?.on.get(payment) ?? 0n;
      const part = stood < openOf(line) ? stood : openOf(line);
      if (part > 0n) line.on.set(payment, part);
    }
  }
  useCredits(model);
}

export function useCredits(model: MoneyModel): void {
  const open = model.lines.filter((line) => isUnpaid(line) && disputeOf(model, line) === undefined).sort(byAge);
  for (const payment of model.payments) give(model, payment, open);
}

/** What of a payment can go back: what stands on no line, and what stands on lines that were not paid out. */
export function refundable(model: MoneyModel, payment: ModelPayment): bigint {
  const waiting = model.lines.filter((line) => distributedOf(model, line) === 0n).map((line) => line.on.get(payment) ?? 0n);
  return freeOf(model, payment) + sum(waiting);
}

/** Takes money back: the free part first, then off the newest lines, those that were paid out last. */
export function takeBack(model: MoneyModel, payment: ModelPayment, amount: bigint): void {
  const free = freeOf(model, payment);
  let left = amount > free ? amount - free : 0n;
  const newest = [...model.lines].sort(byAge).reverse();
  const out = (line: ModelLine): boolean => distributedOf(model, line) !== 0n;
  for (const line of [...newest.filter((one) => !out(one)), ...newest.filter(out)]) {
    const stood = line.on.get(payment) ?? 0n;
    const part = left < stood ? left : stood;
    line.on.set(payment, stood - part);
    left -= part;
  }
  payment.refunded += amount;
}
