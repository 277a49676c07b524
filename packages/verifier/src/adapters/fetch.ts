import { type GateOptions, passGate } from "./gate.ts";

export type FetchHandler<Rest extends readonly unknown[]> = (request: Request, ...rest: Rest) => Response | Promise<Response>;

/**
 * Puts the verifier in front of a fetch handler, as Workers, Deno, Bun and many frameworks call it.
 *
 * @example
 * export default { fetch: withOmla(handler, { verifier, identify: (request) => ({ model: request.headers.get("x-model") ?? undefined }) }) };
 */
export function withOmla<Rest extends readonly unknown[]>(handler: FetchHandler<Rest>, options: GateOptions<Request>): FetchHandler<Rest> {
  return async (request, ...rest) => {
    const { refusal, headers } = await passGate(request, options);
    if (refusal !== undefined) return Response.json(refusal.body, { status: refusal.status, headers: { ...headers } });
    const response = await handler(request, ...rest);
    return withHeaders(response, headers);
  };
}

function withHeaders(response: Response, headers: Readonly<Record<string, string>>): Response {
  // A change of protocol, such as to a WebSocket, cannot be copied.
  if (Object.keys(headers).length === 0 || response.status < 200) return response;
  // A response that came from `fetch` has headers that cannot be changed.
  const copy = new Response(response.body, response);
  for (const [name, value] of Object.entries(headers)) copy.headers.set(name, value);
  return copy;
}

export type { GateOptions } from "./gate.ts";
