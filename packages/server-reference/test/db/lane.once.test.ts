import { afterEach, describe, expect, it, vi } from "vitest";
import { createLane, type LaneOptions } from "../../src/db/lane.ts";

/** A lane that keeps what was asked together, and answers each question with itself. */
function watchedLane(more: Partial<LaneOptions<string, string>> = {}) {
  const statements: string[][] = [];
  const lane = createLane<string, string>({
    together: async (questions) => {
      statements.push([...questions]);
      await new Promise((resolve) => setImmediate(resolve));
      if (questions.some((question) => question.startsWith("bad"))) throw new Error(`refused ${questions.join()}`);
      return questions;
    },
    mostUnderWay: 1,
    mostWeight: 3,
    weightOf: () => 1,
    ...more,
  });
  return { lane, statements };
}

describe("a lane", () => {
  afterEach(() => vi.useRealTimers());

  it("asks together what came in one tick, and gives everybody his own answer", async () => {
    const { lane, statements } = watchedLane();
    expect(await Promise.all(["a", "b", "c"].map((question) => lane.ask(question)))).toEqual(["a", "b", "c"]);
    expect(statements).toEqual([["a", "b", "c"]]);
  });

  it("lets wait what is too much for one statement, in its order", async () => {
    const { lane, statements } = watchedLane();
    await Promise.all(["a", "b", "c", "d", "e"].map((question) => lane.ask(question)));
    expect(statements).toEqual([
      ["a", "b", "c"],
      ["d", "e"],
    ]);
  });

  it("asks alone what weighs more than a statement takes", async () => {
    const { lane, statements } = watchedLane({ weightOf: (question) => question.length });
    await Promise.all(["heavy", "a", "bc", "d"].map((question) => lane.ask(question)));
    expect(statements).toEqual([["heavy"], ["a", "bc"], ["d"]]);
  });

  it("keeps apart what has one name", async () => {
    const { lane, statements } = watchedLane({ nameOf: (question) => question.slice(0, 1) });
    await Promise.all(["a1", "a2", "b1"].map((question) => lane.ask(question)));
    expect(statements).toEqual([["a1", "b1"], ["a2"]]);
  });

  it("has no more statements under way than it may", async () => {
    let underWay = 0;
    let most = 0;
    const { lane } = watchedLane({
      mostUnderWay: 2,
      mostWeight: 1,
      together: async (questions) => {
        underWay += 1;
        most = Math.max(most, underWay);
        await new Promise((resolve) => setImmediate(resolve));
        underWay -= 1;
        return questions;
      },
    });
    await Promise.all(["a", "b", "c", "d", "e"].map((question) => lane.ask(question)));
    expect(most).toBe(2);
  });

  it("asks one by one what failed together, so that only the bad one fails", async () => {
    const { lane, statements } = watchedLane();
    const answers = await Promise.allSettled(["a", "bad", "c"].map((question) => lane.ask(question)));
    expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect((answers[1] as PromiseRejectedResult).reason).toEqual(new Error("refused bad"));
    expect(statements).toEqual([["a", "bad", "c"], ["a"], ["bad"], ["c"]]);
  });

  it("goes on after a failure", async () => {
    const { lane } = watchedLane();
    await expect(lane.ask("bad")).rejects.toThrow("refused bad");
    expect(await lane.ask("a")).toBe("a");
  });

  it("refuses after ten seconds who waits behind a database that answers nobody", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    let answer: (answers: readonly string[]) => void = () => undefined;
    const { lane } = watchedLane({ together: () => new Promise((resolve) => (answer = resolve)) });
    const silent = Promise.all(["a", "b", "c"].map((question) => lane.ask(question)));
    await new Promise((resolve) => setImmediate(resolve));
    const waits = Promise.allSettled([lane.ask("d"), lane.ask("e")]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await waits).toMatchObject(
      ["d", "e"].map(() => ({ status: "rejected", reason: { code: "DATABASE_UNREACHABLE", status: 503 } })),
    );
    answer(["a", "b", "c"]);
    expect([await silent, vi.getTimerCount()]).toEqual([["a", "b", "c"], 0]);
  });
});
