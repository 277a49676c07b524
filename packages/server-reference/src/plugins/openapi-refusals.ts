/** What a status means wherever it is answered, and the codes that any operation may answer with it. */
interface Refused {
  readonly component: string;
  readonly description: string;
  readonly codes: readonly string[];
}

/** The refusals that an operation's configuration alone brings about; each noun has more of its own, which `default` stands for. */
export const REFUSALS = {
  400: {
    component: "BadRequest",
    description: "The request is not well formed.",
    codes: ["INPUT_INVALID", "AMOUNT_INVALID", "CANONICAL_JSON", "BODY_EMPTY", "BODY_NOT_UTF8", "IDEMPOTENCY_KEY"],
  },
  401: {
    component: "Unauthorized",
    description: "There is no credential, or it is not accepted.",
    codes: ["CREDENTIAL_MISSING", "CREDENTIAL_INVALID"],
  },
  403: {
    component: "Forbidden",
    description: "This credential may not do that, or a signature or challenge does not hold.",
    codes: ["CREDENTIAL_KIND", "FORBIDDEN", "SIGNATURE_INVALID", "TURNSTILE_REQUIRED", "TURNSTILE_FAILED"],
  },
  404: { component: "NotFound", description: "There is nothing of this name.", codes: ["NOT_FOUND"] },
  409: {
    component: "Conflict",
    description: "The Idempotency-Key was used for other content, or somebody wrote at the same moment.",
    codes: ["IDEMPOTENCY_CONFLICT", "CONFLICT"],
  },
  413: { component: "TooLarge", description: "The body is too large or too deep.", codes: ["BODY_TOO_LARGE", "LIMIT_EXCEEDED"] },
  415: { component: "MediaType", description: "The body is not plain JSON.", codes: ["MEDIA_TYPE", "CONTENT_ENCODING"] },
  429: { component: "TooManyRequests", description: "Too many of these; wait as long as Retry-After says.", codes: ["RATE_LIMITED"] },
  503: {
    component: "Unavailable",
    description: "The registry cannot answer now; the same request may be sent again.",
    codes: ["BUSY", "TIMEOUT", "DATABASE_UNREACHABLE", "STORAGE_FULL"],
  },
} as const satisfies Readonly<Record<number, Refused>>;

export type RefusedStatus = keyof typeof REFUSALS;

const RETRIED: ReadonlySet<number> = new Set([429, 503]);

const ERROR_SCHEMA = {
  type: "object",
  description: "Every refusal has this form. Branch on the code, never on the message.",
  properties: {
    code: {
      type: "string",
      pattern: "^[A-Z0-9_]+$",
      description: "Stable; the reference lists all codes. Under /rest/v1 also PostgREST's.",
    },
    message: { type: "string" },
    details: {
      anyOf: [{ type: "object" }, { type: "string" }, { type: "null" }],
      description: "The path of the field at fault, and what belongs to the code",
    },
    hint: { anyOf: [{ type: "string" }, { type: "null" }], description: "What to do" },
    request_id: { type: "string", description: "What to tell the operator; the dialect under /rest/v1 leaves it to the header" },
  },
  required: ["code", "message", "details", "hint"],
};

const ERROR_EXAMPLE = {
  code: "AMOUNT_INVALID",
  message: "must be a decimal string",
  details: { path: "entries[0].revenue_usd" },
  hint: 'Write the amount as a string such as "18400.00", never as a number.',
  request_id: "5f0c2d9e1a7b4c3d8e6f0a1b",
};

const ref = (kind: string, name: string): { $ref: string } => ({ $ref: `#/components/${kind}/${name}` });

export const REQUEST_ID_HEADER = { "X-Request-Id": ref("headers", "RequestId") };
export const REPLAY_HEADER = { "Idempotent-Replay": ref("headers", "IdempotentReplay") };
export const IDEMPOTENCY_PARAMETER = ref("parameters", "IdempotencyKey");
export const ANY_REFUSAL = ref("responses", "Refusal");

export function refusalOf(status: RefusedStatus): { $ref: string } {
  return ref("responses", REFUSALS[status].component);
}

/** The components that every operation refers to. */
export const COMMON_COMPONENTS = {
  schemas: { Error: ERROR_SCHEMA },
  headers: {
    RequestId: { description: "Names this request in the registry's log", schema: { type: "string" } },
    RetryAfter: { description: "Seconds after which to try again", schema: { type: "string", pattern: "^[0-9]+$" } },
    IdempotentReplay: { description: "true where this is the answer to an earlier request", schema: { type: "string", enum: ["true"] } },
    Authenticate: { description: "The scheme that is asked for", schema: { type: "string" } },
  },
  parameters: {
    IdempotencyKey: {
      name: "Idempotency-Key",
      in: "header",
      required: false,
      description: "With it the write happens once: the same content gets the same answer, other content 409.",
      schema: { type: "string", pattern: "^[!-~]{1,200}$" },
    },
  },
  responses: {
    ...Object.fromEntries(Object.entries(REFUSALS).map(([status, refused]) => [refused.component, responseOf(Number(status), refused)])),
    Refusal: { description: "Any other refusal, in the same form.", headers: REQUEST_ID_HEADER, content: errorContent() },
  },
};

function responseOf(status: number, { description, codes }: Refused): object {
  const retry = RETRIED.has(status) ? { "Retry-After": ref("headers", "RetryAfter") } : {};
  const scheme = status === 401 ? { "WWW-Authenticate": ref("headers", "Authenticate") } : {};
  return { description, headers: { ...REQUEST_ID_HEADER, ...retry, ...scheme }, content: errorContent(), "x-codes": codes };
}

function errorContent(): object {
  return { "application/json": { schema: ref("schemas", "Error"), example: ERROR_EXAMPLE } };
}
