import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { startPostgres } from "../../../helpers/postgres.ts";
import { type Ground, prepareFolder, preparePostgres } from "./ground.ts";
import { killsFor, type Point, POINTS, type Trial, tryKills } from "./matrix.ts";

/** Kills a payout at every point, on both databases, and writes what was found into the page about it. */
const PAGE = fileURLToPath(new URL("../../../../../../docs/explanations/crash-matrix.md", import.meta.url));
const BEGIN = "<!-- written by npm run docs:crash-matrix -->";
const END = "<!-- end -->";

const postgres = await startPostgres();
const grounds = [await preparePostgres(postgres.url), await prepareFolder()];
const rows: string[] = [];
for (const point of POINTS)
  rows.push(`| \`${point}\` | ${(await Promise.all(grounds.map((ground) => tried(ground, point)))).join(" | ")} |`);
const fresh = await tryKills(grounds[0] as Ground, killsFor("rail.after"), { freshKeys: true });
for (const ground of grounds) await ground.close();
await postgres.stop();

const table = ["| killed at | PostgreSQL | embedded |", "|---|---|---|", ...rows].join("\n");
const note = `With a key of its own for every attempt, a kill at \`rail.after\` moves money twice: ${fresh.double} of 2 transfers.`;
const page = await readFile(PAGE, "utf8");
const [before = ""] = page.split(BEGIN);
const [, after = ""] = page.split(END);
await writeFile(PAGE, `${before}${BEGIN}\n\n${table}\n\n${note}\n\n${END}${after}`);
process.stdout.write(`${table}\n\n${note}\n`);

async function tried(ground: Ground, point: Point): Promise<string> {
  return verdict(await tryKills(ground, killsFor(point)));
}

function verdict({ kills, double, faults }: Trial): string {
  if (kills.at(-1) !== "SIGKILL") return "not reached";
  return faults.length === 0 ? `nothing lost, ${double} twice` : faults.join(", ");
}
