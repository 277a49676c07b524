import { type GateOptions, passGate } from "./gate.ts";

/** The part of a Fastify reply that is used; its own types stay out of this package's. */
export interface FastifyReplyLike {
  code(status: number): FastifyReplyLike;
  header(name: string, value: string): unknown;
  send(body: unknown): unknown;
}

export type FastifyHook<Request> = (request: Request, reply: FastifyReplyLike) => Promise<unknown>;

/**
 * A Fastify hook for `preHandler` (where the body is parsed) or `onRequest`.
 *
 * @example
 * app.addHook("preHandler", omla({ verifier, identify: (request) => ({ model: request.body?.model }) }));
 */
export function omla<Request = unknown>(options: GateOptions<Request>): FastifyHook<Request> {
  return async (request, reply) => {
    const { refusal, headers } = await passGate(request, options);
    for (const [name, value] of Object.entries(headers)) reply.header(name, value);
    return refusal === undefined ? undefined : reply.code(refusal.status).send(refusal.body);
  };
}

export type { GateOptions } from "./gate.ts";
