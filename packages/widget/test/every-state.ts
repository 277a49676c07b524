import { createStage, type Stage } from "../gallery/stage.ts";
import { OmlaBadge } from "../src/omla-badge.ts";
import { NOW } from "./world.ts";

/** The gallery's stage: every state, found out by real badges. */
export async function setStage(): Promise<Stage> {
  const stage = await createStage(() => NOW);
  OmlaBadge.lookup = stage.lookup;
  return stage;
}
