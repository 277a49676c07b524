import { describe, expect, it } from "vitest";
import { killAtRandom } from "./kill-writer.ts";
import { MODEL, publish } from "./publisher.ts";
import { useStage } from "./stage.ts";

const stage = useStage();

describe("group D: the disk, for long", () => {
  it("kill9_during_write: 200 kills at random moments leave the old list or the new one", async () => {
    const first = await publish({ entries: [MODEL] });
    const second = await publish({ entries: [MODEL] }, { previous: first });
    const outcomes = await killAtRandom(stage.folder, [first, second], 200);
    for (const { step, sequence } of outcomes) expect([1, 2], step).toContain(sequence);
    expect(outcomes).toHaveLength(200);
  }, 600_000);
});
