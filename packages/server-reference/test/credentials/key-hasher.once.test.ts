import { describe, expect, it } from "vitest";
import { createMovableClock } from "../../src/clock.ts";
import { createKeyHasher } from "../../src/credentials/key-hasher.ts";

const clock = createMovableClock("2026-07-01T00:00:00Z");

const timeMs = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

describe("hashes of API keys", () => {
  it("match the key they were made from and no other", async () => {
    const hasher = createKeyHasher("pepper", clock);
    const stored = await hasher.hash("omla_live_one");
    expect(stored).toMatch(/^\$2[by]\$10\$/);
    expect(await hasher.matches("omla_live_one", stored)).toBe(true);
    expect(await hasher.matches("omla_live_two", stored)).toBe(false);
  });

  it("never match where nothing is stored", async () => {
    const hasher = createKeyHasher("pepper", clock);
    expect(await hasher.matches("pepper", undefined)).toBe(false);
  });

  it("are not remembered across another stored hash: a replaced key does not live on in the cache", async () => {
    const hasher = createKeyHasher("pepper", clock);
    const first = await hasher.hash("key");
    expect(await hasher.matches("key", first)).toBe(true);
    expect(await hasher.matches("key", await hasher.hash("another"))).toBe(false);
  });

  it("are computed once a minute and no oftener", async () => {
    const moving = createMovableClock("2026-07-01T00:00:00Z");
    const hasher = createKeyHasher("pepper", moving);
    const stored = await hasher.hash("key");
    await hasher.matches("key", stored);
    // bcrypt of cost 10 takes tens of milliseconds; a remembered answer takes none.
    const remembered = await timeMs(() => hasher.matches("key", stored));
    moving.advance({ seconds: 60 });
    const anew = await timeMs(() => hasher.matches("key", stored));
    expect(anew).toBeGreaterThan(remembered * 5);
  });
});
