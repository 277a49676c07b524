import { type Client, createClient } from "../client/create-client.ts";
import { type Call, textOption, UsageError } from "./command.ts";

export const REGISTRY_OPTIONS = { registry: { type: "string" }, "allow-http": { type: "boolean" } } as const;

/** The registry's address from `--registry` or the environment's OMLA_REGISTRY; undefined where neither is given. */
export function registryUrl(call: Call): string | undefined {
  const url = textOption(call, "registry") ?? call.console.env["OMLA_REGISTRY"];
  return url === "" ? undefined : url;
}

/** @throws {UsageError} */
export function requiredRegistryUrl(call: Call): string {
  const url = registryUrl(call);
  if (url === undefined) throw new UsageError("the registry is missing: --registry https://registry.example, or set OMLA_REGISTRY");
  return url;
}

/** A client of the chosen registry. */
export function connect(call: Call, apiKey?: string, url: string = requiredRegistryUrl(call)): Client {
  const { console } = call;
  return createClient({ url, apiKey, fetch: console.fetch, now: () => console.now(), allowHttp: call.options["allow-http"] === true });
}
