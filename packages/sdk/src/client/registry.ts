import { parseAnswer } from "./answer.ts";
import type { Answer, Call, CallOptions } from "./call.ts";
import type { Transport } from "./transport.ts";

/** A registry as the nouns of the client see it. */
export interface Registry {
  readonly url: string;
  readonly apiKey: string | undefined;
  /** Sends a call and gives the answer as it came. */
  send(call: Call): Promise<Answer>;
  /** Sends a call and gives the answer's JSON. */
  json(call: Call): Promise<unknown>;
  /** An action under `/functions/v1`; reads unless it carries an idempotency key. */
  act(action: string, body: unknown, call?: Partial<Call>): Promise<unknown>;
  /** A function under `/rest/v1/rpc`, which only reads. */
  rpc(name: string, body: unknown, options?: CallOptions): Promise<unknown>;
  /** Rows of a table under `/rest/v1`, in PostgREST's dialect. */
  rows(table: string, query: Readonly<Record<string, string>>, options?: CallOptions): Promise<unknown>;
}

export function createRegistry(url: string, apiKey: string | undefined, send: Transport): Registry {
  const json = async (call: Call): Promise<unknown> => parseAnswer(await send(call), call, url);
  return {
    url,
    apiKey,
    send,
    json,
    act: (action, body, call) => json({ method: "POST", path: `/functions/v1/${action}`, body, ...call }),
    rpc: (name, body, options) => json({ method: "POST", path: `/rest/v1/rpc/${name}`, body, reads: true, ...options }),
    rows: (table, query, options) => json({ method: "GET", path: `/rest/v1/${table}`, query, ...options }),
  };
}
