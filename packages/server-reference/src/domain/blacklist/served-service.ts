import { createHash } from "node:crypto";
import type { Blacklist } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import { insertCheck, type ServedOutcome } from "./check-repository.ts";
import { findLatestList, type PublishedList } from "./repository.ts";

export interface ServedCheck {
  readonly sequence: number;
  readonly outcome: ServedOutcome;
}

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 67_108_864;
/** Caches may hold the list before for as long as `max-age` says, and a little. */
const CACHED_MS = 10 * 60_000;

/**
 * Fetches the list as the world gets it, and compares it with what was published, byte for byte.
 *
 * @returns what was found; undefined where nothing was published or the check is switched off
 */
export async function checkServedList(ctx: AppContext): Promise<ServedCheck | undefined> {
  if (!ctx.config.listSelfCheck || (await ctx.db.service(findLatestList)) === undefined) return undefined;
  const served = await fetchServed(ctx).catch((error: unknown) => {
    ctx.log.warn({ error }, "the served list cannot be fetched");
    return undefined;
  });
  return ctx.db.service(async (tx) => {
    const latest = await findLatestList(tx);
    if (latest === undefined) return undefined;
    const outcome = compare(served, latest, ctx.clock.now());
    await insertCheck(tx, { sequence: latest.sequence, outcome, served_sha256: served === undefined ? null : sha256(served) });
    if (outcome !== "same" && outcome !== "cached")
      ctx.log.error({ sequence: latest.sequence, outcome }, "the served list is not the published one");
    return { sequence: latest.sequence, outcome };
  });
}

async function fetchServed(ctx: AppContext): Promise<string> {
  const answer = await ctx.fetch(`${ctx.config.publicUrl}/api/blacklist.json`, {
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: { accept: "application/json" },
  });
  if (!answer.ok || answer.body === null) throw new Error(`the list is answered with status ${answer.status}`);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body as unknown as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > MAX_BYTES) throw new Error(`the served list has more than ${MAX_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function compare(served: string | undefined, latest: PublishedList, now: Date): ServedOutcome {
  if (served === undefined) return "unreachable";
  if (served === latest.raw) return "same";
  const older = (sequenceOf(served) ?? Number.POSITIVE_INFINITY) < latest.sequence;
  if (!older) return "different";
  return now.getTime() - latest.generated_at.getTime() <= CACHED_MS ? "cached" : "older";
}

function sequenceOf(text: string): number | undefined {
  try {
    const { sequence } = JSON.parse(text) as Partial<Blacklist>;
    return typeof sequence === "number" ? sequence : undefined;
  } catch {
    return undefined;
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
