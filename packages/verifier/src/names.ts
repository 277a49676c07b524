const BEYOND_ASCII = /[\u0080-\uffff]/;
/** What stands in a URL beside a host. */
const NOT_IN_A_HOST = /[/\\?#@:]/;

/** A domain as it is compared: its ASCII form in lower case, without the dot of the root; undefined where it cannot be one. */
export function normalizeDomain(domain: string): string | undefined {
  if (domain.length === 0 || domain.length > 255) return undefined;
  const lower = BEYOND_ASCII.test(domain) ? asciiOf(domain) : domain.toLowerCase();
  return lower.endsWith(".") ? lower.slice(0, -1) : lower;
}

/** Registries of names know `bücher.example` as `xn--bcher-kva.example` only, and lists name either. */
function asciiOf(domain: string): string {
  const url = `https://${domain}`;
  return NOT_IN_A_HOST.test(domain) || !URL.canParse(url) ? domain.toLowerCase() : new URL(url).hostname;
}

/** A domain, then each domain above it: `api.example.com`, `example.com`, `com`. */
export function* domainsAbove(domain: string): Generator<string> {
  for (let rest: string = domain; ; rest = rest.slice(rest.indexOf(".") + 1)) {
    yield rest;
    if (!rest.includes(".")) return;
  }
}

/** What a URL may be written with besides: scheme, query and fragment. */
const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
const DEFAULT_PORT = /:(?:80|443)$/;

/**
 * A location as it is compared: host and path in lower case, as hubs treat their paths, without what leads to the same place: scheme, user,
 * default port, query, fragment, dots, doubled and closing slashes, needless escapes.
 */
export function normalizeLocation(location: string): string | undefined {
  if (location.length === 0 || location.length > 2_048) return undefined;
  const [place = ""] = location.replace(SCHEME, "").split(/[?#]/, 1);
  const url = place.startsWith("/") || !URL.canParse(`https://${place}`) ? undefined : new URL(`https://${place}`);
  const host = url?.host.replace(DEFAULT_PORT, "").replace(/\.$/, "");
  return decoded(url === undefined ? place : `${host}${url.pathname}`)
    .toLowerCase()
    .replace(/\/{2,}/g, "/")
    .replace(/\/$/, "");
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** How many parts a location has, the host included. */
export const partsOf = (location: string): number => location.split("/").length;

/** A location and each folder above it down to the host, from so many parts on: a listed repository lists what lies below it. */
export function* locationsAbove(location: string, deepest: number): Generator<string> {
  const parts = location.split("/", deepest);
  for (let length = parts.length; length > 0; length -= 1) yield parts.slice(0, length).join("/");
}

/** What a gateway calls a model at a hub: `owner/repo` of `https://hub/owner/repo`; undefined where a location has no such part. */
export function repositoryOf(location: string): string | undefined {
  const [, owner, repository] = location.split("/");
  return owner && repository ? `${owner}/${repository}` : undefined;
}
