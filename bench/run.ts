import type { Row } from "./measure.ts";

/** Name on the command line → its rows. */
const BENCHES: Readonly<Record<string, () => Promise<Row[]>>> = {
  badges: async () => (await import("./badges.ts")).badgesBench(),
  blacklist: async () => (await import("./blacklist.ts")).blacklistBench(),
  imports: async () => (await import("./imports.ts")).importsBench(),
  payout: async () => (await import("./payout.ts")).payoutBench(),
  postgrest: async () => (await import("./postgrest.ts")).postgrestBench(),
  reports: async () => (await import("./reports.ts")).reportsBench(),
  sizes: async () => (await import("./sizes.ts")).sizesBench(),
  splits: async () => (await import("./splits.ts")).splitsBench(),
  sql: async () => (await import("./sql.ts")).sqlBench(),
  verify: async () => (await import("./verify.ts")).verifyBench(),
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  process.stderr.write(`no bench named ${unknown.join(", ")}; there are: ${Object.keys(BENCHES).join(", ")}\n`);
  process.exitCode = 2;
} else {
  const rows: Row[] = [];
  for (const name of asked.length > 0 ? asked : Object.keys(BENCHES)) rows.push(...((await BENCHES[name]?.()) ?? []));
  process.stdout.write(table(rows));
}

function table(rows: readonly Row[]): string {
  const head = ["what", "peer", "size", "ratio", "goal", "", "note"];
  const body = rows.map((row) => [
    row.name,
    [row.peer, row.peerVersion].filter((part) => part !== "").join(" "),
    row.size,
    row.ratio.toPrecision(3),
    ...verdictOf(row),
    row.note ?? "",
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...body].map((cells) => cells[column]?.length ?? 0)));
  return [head, ...body]
    .map(
      (cells) =>
        `${cells
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

function verdictOf({ ratio, goal, better }: Row): [string, string] {
  if (goal === undefined) return ["", ""];
  const isLarger = better === "larger";
  return [`${isLarger ? "≥" : "≤"} ${goal}`, (isLarger ? ratio >= goal : ratio <= goal) ? "met" : "missed"];
}
