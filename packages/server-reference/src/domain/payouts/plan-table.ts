import { type LineList, type PlanDocument, type PlannedPosition, signedUsd } from "./plan-document.ts";
import { WAIT_REASONS } from "./positions.ts";

/** A plan as a person reads it: who gets what, what waits and why, and what has not arrived. */
export function planTable(plan: PlanDocument): string {
  const { quarter, revision, planned_at, lines, positions, waiting } = plan;
  return [
    `Payout of ${quarter}, revision ${revision}, planned ${planned_at}`,
    `${lines.count} lines distributed: ${lines.creators_usd} USD to creators, ${lines.hosters_usd} USD to hosters`,
    "",
    ...alignedRows(HEAD, positions.map(cellsOf)),
    "",
    ...totalsOf(positions),
    ...listOf("Not paid for yet", waiting.unfunded),
    ...listOf("Paid for, not cleared yet", waiting.clearing),
    ...listOf("Held by a dispute or an audit", waiting.held),
  ].join("\n");
}

const HEAD = ["wallet", "currency", "carried USD", "new USD", "sent USD", "rests USD", "rail", "amount", "rail's fee", "why it waits"];

function cellsOf({
  wallet,
  currency,
  carried_usd,
  distributed_usd,
  sent_usd,
  rest_usd,
  reason,
  note,
  transfer,
}: PlannedPosition): string[] {
  const why = reason === null ? "" : [WAIT_REASONS[reason].about, note ?? ""].filter(Boolean).join(": ");
  return [
    wallet,
    currency,
    carried_usd,
    distributed_usd,
    sent_usd,
    rest_usd,
    transfer?.rail ?? "",
    transfer?.amount ?? "",
    transfer?.rail_fee ?? "",
    why,
  ];
}

/** Amounts are aligned to the right, everything else to the left. */
function alignedRows(head: readonly string[], body: readonly (readonly string[])[]): string[] {
  const rows = [head, ...body];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (AMOUNT.test(cell) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

const AMOUNT = /^-?\d+(\.\d+)?$/;

function totalsOf(positions: readonly PlannedPosition[]): string[] {
  const totals = new Map<string, { count: number; usd: bigint }>();
  for (const { currency, sent_usd, transfer } of positions) {
    if (transfer === null) continue;
    const key = `${transfer.rail} ${currency}`;
    const { count, usd } = totals.get(key) ?? { count: 0, usd: 0n };
    totals.set(key, { count: count + 1, usd: usd + microsOf(sent_usd) });
  }
  const sent = [...totals].sort().map(([key, { count, usd }]) => `${count} transfers by ${key}, worth ${signedUsd(usd)} USD`);
  const rest = positions.reduce((sum, { rest_usd }) => sum + microsOf(rest_usd), 0n);
  return [...(sent.length === 0 ? ["Nothing is sent"] : sent), `${signedUsd(rest)} USD stay payable`];
}

function listOf(title: string, { count, net_royalty_usd, lines }: LineList): string[] {
  if (count === 0) return [];
  const more = count > lines.length ? [`  … and ${count - lines.length} more`] : [];
  const rows = alignedRows(
    ["  line", "quarter", "USD", "company", "model"],
    lines.map(({ report_id, quarter, company, model, net_royalty_usd: net }) => [
      `  ${report_id}`,
      quarter,
      net,
      plain(company),
      plain(model),
    ]),
  );
  return ["", `${title}: ${count} lines, ${net_royalty_usd} USD`, ...rows, ...more];
}

/** Names come from strangers: no control character reaches the terminal, and a long one is cut. */
function plain(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}]/gu, " ").slice(0, 60);
}

/** What changed from one plan to another, by wallet and currency. */
export function planDifferences(before: PlanDocument, after: PlanDocument): string {
  const key = ({ wallet, currency }: PlannedPosition): string => `${wallet} ${currency}`;
  const old = new Map(before.positions.map((position) => [key(position), position]));
  const current = new Map(after.positions.map((position) => [key(position), position]));
  const rows = [...new Set([...old.keys(), ...current.keys()])].sort().flatMap((name) => {
    const [was, is] = [old.get(name), current.get(name)];
    const same = was?.sent_usd === is?.sent_usd && was?.rest_usd === is?.rest_usd && was?.transfer?.rail === is?.transfer?.rail;
    return same
      ? []
      : [[...name.split(" "), was?.sent_usd ?? "-", is?.sent_usd ?? "-", was?.rest_usd ?? "-", is?.rest_usd ?? "-", is?.reason ?? ""]];
  });
  const title = `Against ${before.quarter}, revision ${before.revision}, planned ${before.planned_at}:`;
  if (rows.length === 0) return `${title} no difference`;
  return [title, ...alignedRows(["wallet", "currency", "sent was", "sent is", "rest was", "rest is", "why it waits"], rows)].join("\n");
}

function microsOf(text: string): bigint {
  return BigInt(text.replace(".", ""));
}
