import type { Config } from "../config.ts";
import { calendarOf, newestFinishedQuarter } from "./calendar.ts";
import { openStage } from "./stage.ts";
import { playStory } from "./story.ts";

export interface Seeding {
  readonly seeded: boolean;
  readonly quarter: string;
}

/** Plays the story into the configured database, in the newest quarter that leaves it wholly in the past; once. */
export async function seedDemo(config: Config, now: Date): Promise<Seeding> {
  const quarter = newestFinishedQuarter(now);
  const { stage, ctx, close } = await openStage(config, calendarOf(quarter), () => {});
  try {
    const { rows } = await ctx.db.service((tx) => tx.query("select 1 from omla.models where id = $1", [stage.cast.ada.modelId]));
    if (rows.length === 1) return { seeded: false, quarter };
    await playStory(stage);
    return { seeded: true, quarter };
  } finally {
    await close();
  }
}
