/** One column of a view and the column that it passes on unchanged. */
export interface ViewColumn {
  readonly name: string;
  readonly originTable: string;
  readonly originColumn: number;
}

const TOKEN = /[{}()]|(?:\\.|[^\s{}()\\])+/g;

/**
 * Reads the outermost target list of a view's stored rule (`pg_rewrite.ev_action`), where PostgreSQL notes each column's origin.
 *
 * Braces are counted, since queries in queries have target lists of their own.
 */
export function viewColumns(rule: string): ViewColumn[] {
  const columns: ViewColumn[] = [];
  let depth = 0;
  let entry: Map<string, string> | undefined;
  let member = "";
  for (const [token] of rule.matchAll(TOKEN)) {
    if (token === "{") depth += 1;
    else if (token === "}") {
      if (depth === 2 && entry !== undefined) columns.push(...viewColumn(entry));
      if (depth === 2) entry = undefined;
      depth -= 1;
    } else if (depth === 2 && token === "TARGETENTRY") entry = new Map();
    else if (depth !== 2 || entry === undefined) continue;
    else if (token.startsWith(":")) member = token;
    else if (!entry.has(member)) entry.set(member, token);
  }
  return columns;
}

function viewColumn(entry: ReadonlyMap<string, string>): ViewColumn[] {
  const name = entry.get(":resname")?.replaceAll(/\\(.)/g, "$1");
  const originTable = entry.get(":resorigtbl");
  const originColumn = Number(entry.get(":resorigcol"));
  if (name === undefined || originTable === undefined || originTable === "0" || entry.get(":resjunk") !== "false") return [];
  return [{ name, originTable, originColumn }];
}
