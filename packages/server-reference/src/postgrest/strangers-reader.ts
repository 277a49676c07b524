import type { Database } from "../db/database.ts";
import type { StatementNames } from "../db/statement-names.ts";
import type { AnswerRow } from "./read-sql.ts";
import type { Statement } from "./sql.ts";

/** Answers the reads of strangers, who all see the same: without a transaction, and many of one kind by one statement. */
export interface StrangersReader {
  /** @throws what the database throws */
  read(statement: Statement): Promise<AnswerRow>;
}

export const NO_ROW: AnswerRow = { rows: "0", total: null, body: null };

/** Statements of one kind on their way at a time; what comes meanwhile waits for the next and is merged. */
const MOST_UNDER_WAY = 4;
/** Questions of one statement; they share its time. */
const MOST_MERGED = 64;
/** So many are worth a further statement beside one that is on its way: fewer are cheaper together with what comes meanwhile. */
const WORTH_ANOTHER = 24;
/** Nobody waits longer than this for a statement that turns out to be slow. */
const PATIENCE_MS = 4;

interface Waiting {
  readonly statement: Statement;
  readonly resolve: (row: AnswerRow) => void;
  readonly reject: (error: unknown) => void;
}

interface Lane {
  readonly waiting: Waiting[];
  underWay: number;
  impatience: NodeJS.Timeout | undefined;
}

type Ask = <Row extends Record<string, unknown>>(text: string, values: readonly unknown[]) => Promise<readonly Row[]>;

export function createStrangersReader(db: Database, names: StatementNames, statementTimeoutMs: number): StrangersReader {
  const lanes = new Map<string, Lane>();
  const ask: Ask = async <Row extends Record<string, unknown>>(text: string, values: readonly unknown[]) => {
    const name = names.of(text);
    const query = { text, values: [...values], ...(name === undefined ? {} : { name }) };
    return (await db.query<Row>("anon", query, undefined, { statementTimeoutMs })).rows;
  };
  const send = (text: string, lane: Lane, least: number): void => {
    clearTimeout(lane.impatience);
    while (lane.waiting.length >= (lane.underWay === 0 ? 1 : least) && lane.underWay < MOST_UNDER_WAY) {
      lane.underWay += 1;
      void answer(ask, lane.waiting.splice(0, MOST_MERGED)).finally(() => {
        lane.underWay -= 1;
        send(text, lane, WORTH_ANOTHER);
        if (lane.underWay === 0) lanes.delete(text);
      });
    }
    if (lane.waiting.length > 0 && lane.underWay < MOST_UNDER_WAY) lane.impatience = setTimeout(() => send(text, lane, 1), PATIENCE_MS);
  };
  return {
    read: async (statement) => {
      if (statement.merged === undefined) return readOne(ask, statement);
      const lane = lanes.get(statement.text) ?? { waiting: [], underWay: 0, impatience: undefined };
      lanes.set(statement.text, lane);
      return new Promise((resolve, reject) => {
        lane.waiting.push({ statement, resolve, reject });
        // Requests that came in one tick are known together at its end.
        if (lane.waiting.length === 1 || lane.waiting.length === WORTH_ANOTHER)
          setImmediate(() => send(statement.text, lane, WORTH_ANOTHER));
      });
    },
  };
}

async function readOne(ask: Ask, { text, values }: Statement): Promise<AnswerRow> {
  return (await ask<AnswerRow>(text, values))[0] ?? NO_ROW;
}

/** Settles every one of them; what fails together is asked one by one, so that nobody suffers for another's question. */
async function answer(ask: Ask, batch: readonly Waiting[]): Promise<void> {
  try {
    const rows = await readTogether(ask, batch);
    batch.forEach(({ resolve }, at) => resolve(rows[at] ?? NO_ROW));
  } catch {
    await Promise.all(batch.map(({ statement, resolve, reject }) => readOne(ask, statement).then(resolve, reject)));
  }
}

async function readTogether(ask: Ask, batch: readonly Waiting[]): Promise<AnswerRow[]> {
  const [first] = batch;
  if (first === undefined || batch.length === 1) return first === undefined ? [] : [await readOne(ask, first.statement)];
  const text = first.statement.merged?.() ?? "";
  const arrays = first.statement.values.map((_, value) => batch.map(({ statement }) => statement.values[value]));
  const answers: AnswerRow[] = [];
  for (const { at, ...row } of await ask<AnswerRow & { at: number }>(text, arrays)) answers[at - 1] = row;
  return answers;
}
