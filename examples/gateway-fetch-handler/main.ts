// A gateway for chat completions that asks the verifier before it serves a model. Runs wherever fetch handlers run.
import { createVerifier, type Verifier } from "@omla/verifier";
import { withOmla } from "@omla/verifier/fetch";

/** @param serve - what the gateway did before: it calls the model and answers */
export function createGateway(verifier: Verifier, serve: (request: Request) => Promise<Response>): (request: Request) => Promise<Response> {
  const handler = withOmla(serve, {
    verifier,
    // The body is read from a copy, so that the gateway behind can read it again.
    identify: async (request) => {
      const { model } = (await request.clone().json()) as { model?: string };
      return { model, domain: request.headers.get("x-customer-domain") ?? undefined };
    },
    disputeUrl: "https://registry.example/dispute",
  });
  return async (request) => handler(request);
}

export function verifierFromEnvironment(environment: Readonly<Record<string, string | undefined>>): Verifier {
  return createVerifier({
    url: environment["OMLA_BLACKLIST_URL"] ?? "https://registry.example/api/blacklist.json",
    keys: (environment["OMLA_BLACKLIST_KEYS"] ?? "").split(" ").filter(Boolean),
    store: environment["OMLA_BLACKLIST_STORE"] ?? "omla-blacklist",
    onEvent: (event) => {
      if (event.alarm) console.error(`omla ${event.code}: ${event.message}`);
    },
  });
}
