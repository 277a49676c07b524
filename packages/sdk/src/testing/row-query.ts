import { Refusal } from "./state.ts";
import type { Row } from "./tables.ts";

type Cell = string | number | boolean | null | undefined;
type Test = (cell: Cell, value: string) => boolean;

const NOTHING: Readonly<Record<string, unknown>> = { null: null, true: true, false: false };

/** The operators of PostgREST's dialect that the SDK uses. */
const OPERATORS: Readonly<Record<string, Test>> = {
  eq: (cell, value) => String(cell) === value,
  neq: (cell, value) => String(cell) !== value,
  gt: (cell, value) => cell != null && String(cell) > value,
  gte: (cell, value) => cell != null && String(cell) >= value,
  lt: (cell, value) => cell != null && String(cell) < value,
  lte: (cell, value) => cell != null && String(cell) <= value,
  is: (cell, value) => cell === NOTHING[value],
  in: (cell, value) =>
    value
      .replace(/^\(|\)$/g, "")
      .split(",")
      .includes(String(cell)),
  ilike: (cell, value) => pattern(value).test(String(cell)),
};

/** Rows that fit a query, ordered and cut out. */
export function queryRows(rows: readonly Row[], query: URLSearchParams): Row[] {
  const { select: _, order, limit, offset, ...filters } = Object.fromEntries(query);
  const fitting = rows.filter((row) =>
    Object.entries(filters).every(([column, condition]) => (column === "or" ? fitsAny(row, condition) : fits(row, column, condition))),
  );
  const start = Number(offset ?? 0);
  return ordered(fitting, order).slice(start, limit === undefined ? undefined : start + Number(limit));
}

function fits(row: Row, column: string, condition: string): boolean {
  const at = condition.indexOf(".");
  const operator = condition.slice(0, at);
  const test = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (test !== undefined && column in row) return test(row[column] as Cell, condition.slice(at + 1));
  throw new Refusal(400, "PGRST100", `the registry of a test does not understand ${column}=${condition}`, {
    hint: "Ask the reference registry.",
  });
}

/** `(a.is.null,b.gt.x)`: one of them. */
function fitsAny(row: Row, condition: string): boolean {
  const parts = condition.replace(/^\(|\)$/g, "").split(",");
  return parts.some((part) => fits(row, part.slice(0, part.indexOf(".")), part.slice(part.indexOf(".") + 1)));
}

function pattern(value: string): RegExp {
  const source = value.replace(/\\(.)|[.*+?^${}()|[\]\\]/g, (text, escaped: string | undefined) =>
    text === "*" ? ".*" : `\\${escaped ?? text}`,
  );
  return new RegExp(`^${source}$`, "is");
}

function ordered(rows: readonly Row[], order: string | undefined): Row[] {
  const keys = (order ?? "").split(",").filter((key) => key !== "");
  return [...rows].sort((a, b) => {
    for (const key of keys) {
      const [column = "", direction = "asc"] = key.split(".");
      const difference = String(a[column]).localeCompare(String(b[column]), "en", { numeric: true });
      if (difference !== 0) return direction === "desc" ? -difference : difference;
    }
    return 0;
  });
}
