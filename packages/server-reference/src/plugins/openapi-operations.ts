import type { FastifyContextConfig } from "fastify";
import { EXAMPLES } from "./openapi-examples.ts";
import { operationIdOf } from "./openapi-ids.ts";
import {
  ANY_REFUSAL,
  COMMON_COMPONENTS,
  IDEMPOTENCY_PARAMETER,
  REPLAY_HEADER,
  REQUEST_ID_HEADER,
  refusalOf,
  type RefusedStatus,
} from "./openapi-refusals.ts";

/** What the registry's own configuration of a route says beside its schemas. */
export type RouteFacts = Pick<FastifyContextConfig, "access" | "rate" | "turnstile">;

interface Content {
  readonly "application/json"?: object;
}

interface Answer {
  readonly headers?: object;
  readonly content?: Content;
}

export interface Operation {
  readonly parameters?: readonly { readonly in?: string }[];
  readonly operationId?: string;
  readonly requestBody?: { readonly content?: Content };
  readonly responses?: Readonly<Record<string, Answer>>;
}

/** An OpenAPI document, as far as it is completed here. */
export interface Description {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: Readonly<Record<string, object>>;
}

/** What is sent by POST and writes nothing, or names its own repetition by what it says; no Idempotency-Key is read there. */
const WITHOUT_KEY: ReadonlySet<string> = new Set([
  "/admin/v1/payouts/line",
  "/admin/v1/prove",
  "/admin/v1/sign-in",
  "/admin/v1/sign-out",
  "/admin/v1/transfers/confirm",
  "/admin/v1/transfers/confirm-destination",
  "/functions/v1/company-session",
  "/functions/v1/complaint-status",
  "/functions/v1/compliance-tick",
  "/functions/v1/due",
  "/functions/v1/hoster-accruals",
  "/functions/v1/list-api-keys",
  "/functions/v1/notify-complaints",
  "/functions/v1/pay",
  "/functions/v1/quarterly-payout",
  "/functions/v1/quote",
  "/functions/v1/sign-in",
  "/functions/v1/stripe-onboarding",
  "/functions/v1/stripe-webhook",
  "/functions/v1/validate-sidecar",
]);

/** Whether an operation reads an `Idempotency-Key`. */
export function takesIdempotencyKey(method: string, path: string): boolean {
  return method !== "get" && !path.startsWith("/rest/v1/rpc/") && !WITHOUT_KEY.has(path);
}

/**
 * Completes what routes say of themselves: each operation's id, refusals, headers and example.
 *
 * @param factsOf - the configuration of the route behind a path of the document
 */
export function completeOperations(
  description: Description,
  factsOf: (method: string, path: string) => RouteFacts | undefined,
): Description {
  const paths = mapped(description.paths ?? {}, (path, operations) =>
    mapped(operations, (method, operation) => complete(operation, { method, path, facts: factsOf(method, path) ?? {} })),
  );
  const common = mapped(COMMON_COMPONENTS, (kind, own) => ({ ...description.components?.[kind], ...own }));
  return { ...description, paths, components: { ...description.components, ...common } };
}

function mapped<From, To>(record: Readonly<Record<string, From>>, to: (name: string, value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]): [string, To] => [name, to(name, value)]));
}

interface Place {
  readonly method: string;
  readonly path: string;
  readonly facts: RouteFacts;
}

function complete(operation: Operation, place: Place): object {
  const keyed = takesIdempotencyKey(place.method, place.path);
  const operationId = operationIdOf(place.method, place.path);
  const example = EXAMPLES[operationId];
  const parameters = [...(operation.parameters ?? []), ...(keyed ? [IDEMPOTENCY_PARAMETER] : [])];
  const headers = { ...REQUEST_ID_HEADER, ...(keyed ? REPLAY_HEADER : {}) };
  const answers = mapped(operation.responses ?? {}, (status, answer) =>
    withExample({ ...answer, headers: { ...answer.headers, ...headers } }, example?.answer, status),
  );
  return {
    ...operation,
    operationId,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(operation.requestBody === undefined ? {} : { requestBody: withExample(operation.requestBody, example?.request) }),
    responses: { ...answers, ...refusals(operation, place, keyed) },
  };
}

function withExample<Part extends { readonly content?: Content }>(part: Part, example: unknown, status = "2"): Part {
  const media = part.content?.["application/json"];
  if (example === undefined || media === undefined || !status.startsWith("2")) return part;
  return { ...part, content: { ...part.content, "application/json": { ...media, example } } };
}

function refusals(operation: Operation, place: Place, keyed: boolean): Record<string, object> {
  const holding = Object.entries(reasons(operation, place, keyed)).filter(([, holds]) => holds);
  const named = holding.map(([status]): [string, object] => [status, refusalOf(Number(status) as RefusedStatus)]);
  return { ...Object.fromEntries(named), default: ANY_REFUSAL };
}

/** Which refusals an operation's configuration brings about. */
function reasons({ parameters = [], requestBody }: Operation, { method, facts }: Place, keyed: boolean): Record<RefusedStatus, boolean> {
  const { access, rate, turnstile } = facts;
  // Operations without a schema of their body read it all the same.
  const body = requestBody !== undefined || method !== "get";
  return {
    400: body || keyed || parameters.length > 0,
    401: access !== undefined,
    403: (access !== undefined && access !== "anyone") || turnstile !== undefined,
    404: parameters.some((parameter) => parameter.in === "path"),
    409: keyed,
    413: body,
    415: body,
    429: rate !== undefined || access !== undefined,
    503: true,
  };
}
