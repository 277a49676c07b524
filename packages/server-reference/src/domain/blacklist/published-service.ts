import type { AppContext } from "../../context.ts";
import { blacklistError } from "./errors.ts";
import { findLatestCheck } from "./check-repository.ts";
import { findKeyset, findLatestHeartbeat, findLatestList, findList } from "./repository.ts";

/** A file as it was signed, with the name of its version. */
export interface PublishedFile {
  readonly raw: string;
  readonly version: string;
}

/** Versions are PostgreSQL integers. */
const MAX_VERSION = 2_147_483_647;

/** The newest list. @throws {ApiError} LIST_MISSING before the first */
export async function newestList(ctx: AppContext): Promise<PublishedFile> {
  const list = await ctx.db.service(findLatestList);
  if (list === undefined) throw blacklistError("LIST_MISSING", "No list has been published yet.");
  return { raw: list.raw, version: `${list.sequence}-${list.digest}` };
}

/** A list by its number. @throws {ApiError} LIST_MISSING */
export async function listNumbered(ctx: AppContext, sequence: number): Promise<PublishedFile> {
  const list = await ctx.db.service((tx) => findList(tx, sequence));
  if (list === undefined) throw blacklistError("LIST_MISSING", `There is no list ${sequence}.`);
  return { raw: list.raw, version: `${list.sequence}-${list.digest}` };
}

/** A keyset by its version. @throws {ApiError} KEYSET_MISSING */
export async function keysetNumbered(ctx: AppContext, version: number): Promise<PublishedFile> {
  const keyset = version > MAX_VERSION ? undefined : await ctx.db.service((tx) => findKeyset(tx, version));
  if (keyset === undefined) throw blacklistError("KEYSET_MISSING", `There is no keyset ${version}.`);
  return { raw: keyset.raw, version: `keys-${version}` };
}

/** The newest heartbeat. @throws {ApiError} HEARTBEAT_MISSING before the first */
export async function newestHeartbeat(ctx: AppContext): Promise<PublishedFile> {
  const heartbeat = await ctx.db.service(findLatestHeartbeat);
  if (heartbeat === undefined) throw blacklistError("HEARTBEAT_MISSING", "No heartbeat has been published yet.");
  return { raw: heartbeat.raw, version: `heartbeat-${heartbeat.generated_at.getTime()}` };
}

/** Number and age of the newest list; null before the first. */
export async function listAge(ctx: AppContext): Promise<{ readonly sequence: number | null; readonly age_seconds: number | null }> {
  const list = await ctx.db.service(findLatestList);
  if (list === undefined) return { sequence: null, age_seconds: null };
  return { sequence: list.sequence, age_seconds: Math.round((ctx.clock.now().getTime() - list.generated_at.getTime()) / 1_000) };
}

/** The figures of {@link listAge} and of the last look from outside, under the names of their metrics. */
export async function listStanding(
  ctx: AppContext,
): Promise<Readonly<Record<"omla_list_sequence" | "omla_list_age_seconds" | "omla_list_served_matches", number | undefined>>> {
  const { sequence, age_seconds } = await listAge(ctx);
  const check = await ctx.db.service(findLatestCheck);
  return {
    omla_list_sequence: sequence ?? undefined,
    omla_list_age_seconds: age_seconds ?? undefined,
    omla_list_served_matches: check === undefined ? undefined : Number(check.outcome === "same" || check.outcome === "cached"),
  };
}
