import { unreachable } from "./errors.ts";

/** Questions of one kind that go to the database together, where several wait. */
export interface Lane<Question, Answer> {
  /**
   * @throws what `together` throws for this question alone
   * @throws {ApiError} DATABASE_UNREACHABLE where the database has answered nobody for long
   */
  ask(question: Question): Promise<Answer>;
}

export interface LaneOptions<Question, Answer> {
  /** One statement for all of them, or none; answers in the order of the questions. */
  readonly together: (questions: readonly Question[]) => Promise<readonly Answer[]>;
  /** Statements under way at a time; what comes meanwhile waits for the next one. */
  readonly mostUnderWay: number;
  /** What one statement takes, counted by `weightOf`; a heavier question goes alone. */
  readonly mostWeight: number;
  readonly weightOf: (question: Question) => number;
  /** Questions with the same name never go together; all may where it is left out. */
  readonly nameOf?: (question: Question) => string;
}

/** Nobody waits longer for a statement than for a connection. */
const TURN_TIMEOUT_MS = 10_000;

interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
  /** Runs until it is its turn. */
  readonly patience: NodeJS.Timeout;
}

/** Merges questions that wait at the same time; those that fail together are asked one by one, so that nobody suffers for another's. */
export function createLane<Question, Answer>(options: LaneOptions<Question, Answer>): Lane<Question, Answer> {
  const waiting: Waiting<Question, Answer>[] = [];
  let underWay = 0;
  let woken = false;
  const send = (): void => {
    woken = false;
    while (waiting.length > 0 && underWay < options.mostUnderWay) {
      underWay += 1;
      void settle(options, takeBatch(waiting, options)).finally(() => {
        underWay -= 1;
        send();
      });
    }
  };
  const giveUp = (reject: (error: unknown) => void): void => {
    waiting.splice(0, waiting.length, ...waiting.filter((one) => one.reject !== reject));
    reject(unreachable(new Error("no statement could be sent")));
  };
  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        waiting.push({ question, resolve, reject, patience: setTimeout(giveUp, TURN_TIMEOUT_MS, reject) });
        // Requests that came in one tick are known together at its end.
        if (!woken) setImmediate(send);
        woken = true;
      }),
  };
}

/** Takes the first that wait, as many as fit together; the others keep their order. */
function takeBatch<Question, Answer>(
  waiting: Waiting<Question, Answer>[],
  { mostWeight, weightOf, nameOf }: LaneOptions<Question, Answer>,
): Waiting<Question, Answer>[] {
  const batch: Waiting<Question, Answer>[] = [];
  const left: Waiting<Question, Answer>[] = [];
  const names = new Set<string>();
  let weight = 0;
  for (const one of waiting) {
    const name = nameOf?.(one.question);
    const fits = batch.length === 0 || (weight + weightOf(one.question) <= mostWeight && (name === undefined || !names.has(name)));
    if (!fits) {
      left.push(one);
      continue;
    }
    clearTimeout(one.patience);
    batch.push(one);
    weight += weightOf(one.question);
    if (name !== undefined) names.add(name);
  }
  waiting.splice(0, waiting.length, ...left);
  return batch;
}

async function settle<Question, Answer>(
  { together }: LaneOptions<Question, Answer>,
  batch: readonly Waiting<Question, Answer>[],
): Promise<void> {
  try {
    const answers = await together(batch.map(({ question }) => question));
    batch.forEach(({ resolve }, at) => resolve(answers[at] as Answer));
  } catch (error) {
    const [first] = batch;
    if (batch.length === 1) first?.reject(error);
    else await Promise.all(batch.map((one) => settle({ together } as LaneOptions<Question, Answer>, [one])));
  }
}
