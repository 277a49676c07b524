/** A domain as it is compared: lower case, without the dot of the root; undefined where it cannot be one. */
export function normalizeDomain(domain: string): string | undefined {
  if (domain.length === 0 || domain.length > 255) return undefined;
  const lower = domain.toLowerCase();
  return lower.endsWith(".") ? lower.slice(0, -1) : lower;
}

/** A domain, then each domain above it: `api.example.com`, `example.com`, `com`. */
export function* domainsAbove(domain: string): Generator<string> {
  for (let rest: string = domain; ; rest = rest.slice(rest.indexOf(".") + 1)) {
    yield rest;
    if (!rest.includes(".")) return;
  }
}

/** A location as it is compared: without scheme, query, fragment and closing slash, in lower case, as hubs treat their paths. */
export function normalizeLocation(location: string): string | undefined {
  if (location.length === 0 || location.length > 2_048) return undefined;
  const [path = ""] = location
    .toLowerCase()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, "")
    .split(/[?#]/);
  return path.replace(/\/+$/, "");
}

/** A host and at most this many folders are looked up: no hub nests repositories deeper, and a stranger chooses the path. */
const MAX_FOLDERS = 8;

/** A location and each folder above it down to the host: a listed repository lists what lies below it. */
export function* locationsAbove(location: string): Generator<string> {
  const parts = location.split("/", MAX_FOLDERS + 1);
  for (let length = parts.length; length > 0; length -= 1) yield parts.slice(0, length).join("/");
}

/** What a gateway calls a model at a hub: `owner/repo` of `https://hub/owner/repo`; undefined where a location has no such part. */
export function repositoryOf(location: string): string | undefined {
  const [, owner, repository] = location.split("/");
  return owner && repository ? `${owner}/${repository}` : undefined;
}
