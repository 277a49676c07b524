/** What a log says of one request, whoever wrote it. */
export interface UsageRecord {
  /** Undefined where the log gives none, so that doubles cannot be told. */
  readonly id: string | undefined;
  /** Names to look up in the model map, the most specific to the user's own first. */
  readonly models: readonly string[];
  readonly atMs: number | undefined;
  readonly tokens: number | undefined;
  /** In units of 10^-18 USD; undefined where the log gives none. */
  readonly cost: bigint | undefined;
  readonly hasFailed: boolean;
  /** Answered from a cache, which costs nothing. */
  readonly isCached: boolean;
}

type Row = Readonly<Record<string, unknown>>;

/** Places of a cost: a token costs down to some 10^-9 USD. */
const COST_PLACES = 18;

/** The formats by what only they have. */
const FORMATS: readonly { readonly fits: (row: Row) => boolean; readonly read: (row: Row) => UsageRecord }[] = [
  { fits: (row) => isRow(row["standard_logging_object"]), read: (row) => readStandardPayload(row["standard_logging_object"] as Row) },
  { fits: (row) => "response_cost" in row || ("call_type" in row && "id" in row), read: readStandardPayload },
  { fits: (row) => "spend" in row && ("request_id" in row || "requestid" in row), read: readSpendLog },
  { fits: (row) => isRow(row["response"]) && isRow(row["response"]["body"]), read: (row) => readBatchLine(row["response"] as Row) },
  { fits: (row) => isRow(row["response"]) && "model" in row["response"], read: (row) => readOpenAi(row["response"] as Row) },
  { fits: (row) => "model" in row && ("usage" in row || "object" in row), read: readOpenAi },
];

/** A log's record as usage; undefined where it is of no known format. */
export function readUsage(row: Row): UsageRecord | undefined {
  return FORMATS.find(({ fits }) => fits(row))?.read(row);
}

/** LiteLLM's StandardLoggingPayload: camel-case times in seconds, `response_cost` in USD. */
function readStandardPayload(row: Row): UsageRecord {
  return {
    id: textOf(row["id"]),
    models: namesOf(row["model_group"], row["model"], row["model_id"]),
    atMs: timeOf(row["startTime"] ?? row["endTime"]),
    tokens: tokensOf(row),
    cost: costOf(row["response_cost"]),
    hasFailed: row["status"] === "failure",
    isCached: isTrue(row["cache_hit"]),
  };
}

/** LiteLLM's table of spend logs, exported as JSON or, with titles in lower case, as CSV. */
function readSpendLog(row: Row): UsageRecord {
  return {
    id: textOf(row["request_id"] ?? row["requestid"]),
    models: namesOf(row["model_group"], row["model"], row["model_id"]),
    atMs: timeOf(row["startTime"] ?? row["starttime"] ?? row["start_time"] ?? row["endTime"] ?? row["endtime"]),
    tokens: tokensOf(row),
    cost: costOf(row["spend"]),
    hasFailed: row["status"] === "failure",
    isCached: isTrue(row["cache_hit"]),
  };
}

/** A line of OpenAI's batch output: the answer stands inside, with its status. */
function readBatchLine(response: Row): UsageRecord {
  const usage = readOpenAi(response["body"] as Row);
  const status = response["status_code"];
  return {
    ...usage,
    id: usage.id ?? textOf(response["request_id"]),
    hasFailed: usage.hasFailed || (typeof status === "number" && status >= 400),
  };
}

/** An answer of the chat, completion, embedding or responses API. It names no cost, but for gateways that add `usage.cost`. */
function readOpenAi(row: Row): UsageRecord {
  const usage = isRow(row["usage"]) ? row["usage"] : {};
  return {
    id: textOf(row["id"]),
    models: namesOf(row["model"]),
    atMs: timeOf(row["created"] ?? row["created_at"]),
    tokens: tokensOf(usage),
    cost: costOf(usage["cost"]),
    hasFailed: row["error"] != null || row["status"] === "failed",
    isCached: false,
  };
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : undefined;
}

function namesOf(...names: readonly unknown[]): string[] {
  return [...new Set(names.filter((name): name is string => typeof name === "string" && name !== ""))];
}

function isTrue(value: unknown): boolean {
  return value === true || (typeof value === "string" && value.toLowerCase() === "true");
}

/** Total tokens, or input and output added; undefined where neither is given. */
function tokensOf(row: Row): number | undefined {
  const total = countOf(row["total_tokens"]);
  if (total !== undefined && total > 0) return total;
  const parts = ["prompt_tokens", "completion_tokens", "input_tokens", "output_tokens"].map((name) => countOf(row[name]));
  return parts.some((part) => part !== undefined) ? parts.reduce<number>((sum, part) => sum + (part ?? 0), 0) : total;
}

function countOf(value: unknown): number | undefined {
  const count = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof count === "number" && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}

/** Seconds or milliseconds since 1970, or a timestamp, which without a zone is UTC. */
function timeOf(value: unknown): number | undefined {
  if (typeof value === "number") return value > 1e11 ? value : value * 1000;
  if (typeof value !== "string" || value === "") return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return timeOf(Number(value));
  const zoned = /[zZ]$|[+-]\d\d:?\d\d$/.test(value) ? value : `${value}Z`;
  const ms = Date.parse(zoned.replace(" ", "T"));
  return Number.isNaN(ms) ? undefined : ms;
}

/** A cost's shortest decimal form, exponent included, in units of 10^-18; what is smaller is rounded down. */
function costOf(value: unknown): bigint | undefined {
  const text = typeof value === "number" ? String(value) : typeof value === "string" ? value : "";
  const [, whole = "", decimals = "", exponent = "0"] = /^(\d{1,15})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text) ?? [];
  if (whole === "") return undefined;
  const shift = COST_PLACES + Number(exponent) - decimals.length;
  const digits = BigInt(whole + decimals);
  return shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift);
}
