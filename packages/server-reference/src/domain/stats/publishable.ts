import { formatUsd, parseUsd } from "@omla/sdk/protocol";
import type { FigureRow } from "./repository.ts";

/** What everybody may read. */
export interface Stats {
  readonly models: number;
  readonly models_by_state: Readonly<Record<string, number>>;
  readonly models_by_kind: Readonly<Record<string, number>>;
  readonly companies: number;
  /** Of the quarters below that are shown. */
  readonly lifetime_paid_usd: string;
  readonly quarters: readonly QuarterFigures[];
  /** The ten largest by volume; what fewer than three wallets were paid by is under `other`. */
  readonly rails: readonly { readonly rail: string; readonly paid_usd: string }[];
  readonly as_of: string;
}

export interface QuarterFigures {
  readonly quarter: string;
  /** Null where fewer than three wallets were paid. */
  readonly paid_usd: string | null;
  /** Lines; null where fewer than three companies filed them. */
  readonly rejected: number | null;
  /** Entries of the quarter's last list, which is public anyway. */
  readonly blacklisted: number;
}

/** Behind every amount stand at least so many. */
const FLOOR = 3;
const TOP_RAILS = 10;

/** Makes of counted groups what can be published: nobody can be singled out, neither by a figure nor by the difference of two. */
export function publishable(rows: readonly FigureRow[]): Stats {
  const of = (kind: FigureRow["kind"]): FigureRow[] => rows.filter((row) => row.kind === kind);
  const quarters = quarterFigures(of("paid"), of("rejected"), of("blacklisted"));
  const paid = quarters.reduce((sum, { paid_usd }) => sum + parseUsd(paid_usd ?? "0"), 0n);
  return {
    models: of("models").reduce((sum, { members }) => sum + members, 0),
    models_by_state: counts(of("models")),
    models_by_kind: counts(of("kinds")),
    companies: of("companies")[0]?.members ?? 0,
    lifetime_paid_usd: formatUsd(paid),
    quarters,
    rails: railFigures(of("rail")),
    as_of: of("as_of")[0]?.name ?? "",
  };
}

function counts(rows: readonly FigureRow[]): Record<string, number> {
  return Object.fromEntries(rows.map(({ name, members }) => [name, members]));
}

function quarterFigures(paid: readonly FigureRow[], rejected: readonly FigureRow[], blacklisted: readonly FigureRow[]): QuarterFigures[] {
  const named = (rows: readonly FigureRow[], quarter: string): FigureRow | undefined => rows.find(({ name }) => name === quarter);
  const quarters = [...new Set([...paid, ...rejected, ...blacklisted].map(({ name }) => name))].sort().reverse();
  return quarters.map((quarter) => {
    const [money, lines] = [named(paid, quarter), named(rejected, quarter)];
    return {
      quarter,
      paid_usd: money === undefined ? "0.000000" : money.members < FLOOR ? null : formatUsd(parseUsd(money.amount)),
      rejected: lines === undefined ? 0 : lines.members < FLOOR ? null : Number(lines.amount),
      blacklisted: named(blacklisted, quarter)?.members ?? 0,
    };
  });
}

/** Small rails go together as `other`; where that is still too few, it takes the smallest of the others with it. */
function railFigures(rows: readonly FigureRow[]): { rail: string; paid_usd: string }[] {
  const largest = [...rows].sort((a, b) => Number(parseUsd(b.amount) - parseUsd(a.amount)) || (a.name < b.name ? -1 : 1));
  const isOther = ({ name, members }: FigureRow, at: number): boolean => name === "other" || members < FLOOR || at >= TOP_RAILS - 1;
  const other = largest.filter(isOther);
  const shown = largest.filter((row, at) => !isOther(row, at));
  if (other.length > 0 && behind(other) < FLOOR) other.push(...shown.splice(-1));
  const rails = shown.map(({ name, amount }) => ({ rail: name, paid_usd: formatUsd(parseUsd(amount)) }));
  const rest = other.reduce((sum, { amount }) => sum + parseUsd(amount), 0n);
  return behind(other) < FLOOR ? rails : [...rails, { rail: "other", paid_usd: formatUsd(rest) }];
}

/** At least so many wallets: one that is paid by two rails is counted by the rail with the most. */
function behind(rows: readonly FigureRow[]): number {
  return Math.max(0, ...rows.map(({ members }) => members));
}
