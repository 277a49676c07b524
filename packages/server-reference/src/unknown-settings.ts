import { SETTINGS } from "./settings.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What the client, its command and the verifier read, who may run beside the server. */
const OF_OTHERS = /^OMLA_(API_KEY|REGISTRY|SECRET_KEY|KEYS|WEBHOOK_SECRET|BLACKLIST_\w+)$/;
/** As many wrong letters as a slip of the hand makes. */
const MOST_SLIPS = 4;

/**
 * Names in the environment that look like settings and are none: a mistyped limit or key would be ignored without a word.
 *
 * @returns one sentence each, never with a value
 */
export function unknownSettings(environment: Environment): string[] {
  const known = Object.keys(SETTINGS);
  return Object.keys(environment)
    .filter((name) => name.startsWith("OMLA_") && environment[name] !== "" && !known.includes(name) && !OF_OTHERS.test(name))
    .sort()
    .map((name) => `${name} is no setting, and is ignored${suggestion(name, known)}`);
}

function suggestion(name: string, known: readonly string[]): string {
  const [nearest] = known.map((candidate) => ({ candidate, slips: slipsBetween(name, candidate) })).sort((a, b) => a.slips - b.slips);
  return nearest !== undefined && nearest.slips <= MOST_SLIPS ? `: did you mean ${nearest.candidate}?` : "";
}

/** How many letters must be put in, taken out or replaced (Levenshtein). */
function slipsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(b).entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
