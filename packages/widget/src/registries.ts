/** Registries that are trusted where a page names none. */
export const DEFAULT_REGISTRIES: readonly string[] = ["https://registry.omla-ai.org"];

/** A page may trust a few registries; more are cut off. */
const MAX_REGISTRIES = 4;
/** Plain http is for development, on the same machine. */
const SAFE_ORIGIN = /^(https:|http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|$))/;

/** The origin of a registry; undefined for what is no `https:` address (`javascript:`, `data:`, plain http). */
export function registryOrigin(text: string): string | undefined {
  const origin = parseUrl(text)?.origin;
  return origin && SAFE_ORIGIN.test(origin) ? origin : undefined;
}

/** The trusted registries of an attribute (one or several, separated by spaces), or the package's own list without one. */
export function trustedRegistries(attribute: string | null | undefined): string[] {
  const named = attribute?.trim() ? attribute.trim().split(/\s+/) : DEFAULT_REGISTRIES;
  const origins = named.slice(0, MAX_REGISTRIES).map(registryOrigin);
  return origins.filter((origin) => origin !== undefined);
}

/** An absolute web address, or undefined: whatever else a stranger writes is no link and is not fetched. */
export function parseUrl(text: string, base?: string): URL | undefined {
  const url = URL.canParse(text, base) ? new URL(text, base) : undefined;
  return url && /^http/.test(url.protocol) ? url : undefined;
}
