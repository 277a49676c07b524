import { type GateOptions, passGate } from "./gate.ts";

/** The part of an Express response that is used; its own types stay out of this package's. */
export interface ExpressResponse {
  status(code: number): ExpressResponse;
  setHeader(name: string, value: string): unknown;
  json(body: unknown): unknown;
}

export type ExpressMiddleware<Request> = (request: Request, response: ExpressResponse, next: (error?: unknown) => void) => Promise<void>;

/**
 * Express middleware that asks the verifier before a request goes on.
 *
 * @example
 * app.use(omla({ verifier, identify: (request) => ({ model: request.body?.model }) }));
 */
export function omla<Request = unknown>(options: GateOptions<Request>): ExpressMiddleware<Request> {
  return async (request, response, next) => {
    try {
      const { refusal, headers } = await passGate(request, options);
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      if (refusal === undefined) next();
      else response.status(refusal.status).json(refusal.body);
    } catch (error) {
      next(error);
    }
  };
}

export type { GateOptions } from "./gate.ts";
