import { OmlaInputError } from "./errors.ts";

/** Who calls, as the registry reads it from the headers. */
export interface Credentials {
  /** A company's key, `omla_live_…` or `omla_test_…`. */
  readonly apiKey?: string | undefined;
  /** The public key of a Supabase project, or the anonymous token of a registry. */
  readonly anonKey?: string | undefined;
  /** The session of a creator, a company's person or the board. */
  readonly accessToken?: string | undefined;
}

/** The headers of a call; the values never leave this function in a message. */
export function credentialHeaders({ apiKey, anonKey, accessToken }: Credentials): Record<string, string> {
  const bearer = accessToken ?? apiKey ?? anonKey;
  return {
    ...(anonKey === undefined ? {} : { apikey: anonKey }),
    ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
  };
}

/** The origin and path below which a registry answers, without a slash at its end; its faults are found before anything is sent. */
export function assertRegistryUrl(url: string, allowHttp: boolean): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    throw new OmlaInputError("CONFIG_URL", `${JSON.stringify(String(url).slice(0, 80))} is not the address of a registry`, {
      path: "url",
      hint: 'Write it with its scheme, such as "https://registry.example".',
    });
  }
  if (parsed.username !== "" || parsed.password !== "") {
    throw new OmlaInputError("CONFIG_URL", "the registry's address carries a user name or password", {
      path: "url",
      hint: "Pass credentials as `apiKey` instead.",
    });
  }
  if (parsed.protocol === "http:" && !allowHttp && !/^(localhost|127\.[0-9.]+|\[::1\])$/.test(parsed.hostname)) {
    throw new OmlaInputError("CONFIG_URL_INSECURE", `http://${parsed.host} would carry the key in clear text`, {
      path: "url",
      hint: "Use https, or pass `allowHttp: true` inside a network that you trust.",
    });
  }
  return (parsed.origin + parsed.pathname).replace(/\/+$/, "");
}
