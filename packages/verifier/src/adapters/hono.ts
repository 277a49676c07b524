import { type GateOptions, passGate } from "./gate.ts";

/** The part of a Hono context that is used; its own types stay out of this package's. */
export interface HonoContextLike {
  header(name: string, value: string): void;
}

export type HonoMiddleware<Context> = (context: Context, next: () => Promise<void>) => Promise<Response | undefined>;

/**
 * Hono middleware that asks the verifier before a request goes on.
 *
 * @example
 * app.use(omla({ verifier, identify: (context) => ({ model: context.req.header("x-model") }) }));
 */
export function omla<Context extends HonoContextLike>(options: GateOptions<Context>): HonoMiddleware<Context> {
  return async (context, next) => {
    const { refusal, headers } = await passGate(context, options);
    if (refusal !== undefined) return Response.json(refusal.body, { status: refusal.status, headers: { ...headers } });
    await next();
    for (const [name, value] of Object.entries(headers)) context.header(name, value);
    return undefined;
  };
}

export type { GateOptions } from "./gate.ts";
