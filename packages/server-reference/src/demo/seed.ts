import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import type { Config } from "../config.ts";
import { calendarOf, newestFinishedQuarter } from "./calendar.ts";
import { openStage } from "./stage.ts";
import { complain, playStory } from "./story.ts";
import { registerVisitor } from "./visitor.ts";

export interface Seeding {
  readonly seeded: boolean;
  readonly quarter: string;
}

/** Plays the story into the configured database, in the newest quarter that leaves it wholly in the past; once. */
export async function seedDemo(config: Config, now: Date): Promise<Seeding> {
  const quarter = newestFinishedQuarter(now);
  const isNew = config.databaseUrl === undefined && config.dataDir !== "memory" && !existsSync(config.dataDir);
  return { quarter, seeded: isNew ? await seedNewFolder(config, quarter, now) : await seedInto(config, quarter, now) };
}

/** Beside the folder first: a seeding that was interrupted leaves nothing half-told behind. */
async function seedNewFolder(config: Config, quarter: string, now: Date): Promise<true> {
  const draft = `${config.dataDir}.seeding`;
  await rm(draft, { recursive: true, force: true });
  await seedInto({ ...config, dataDir: draft }, quarter, now);
  await rename(draft, config.dataDir);
  return true;
}

async function seedInto(config: Config, quarter: string, now: Date): Promise<boolean> {
  const { stage, ctx, close } = await openStage(config, calendarOf(quarter), () => {});
  try {
    const { rows } = await ctx.db.service((tx) => tx.query("select 1 from omla.models where id = $1", [stage.cast.ada.modelId]));
    if (rows.length === 1) return false;
    await playStory(stage);
    // A review lapses after sixty days: this one begins now.
    stage.clock.set(now);
    await complain(stage);
    await registerVisitor(ctx);
    return true;
  } finally {
    await close();
  }
}
