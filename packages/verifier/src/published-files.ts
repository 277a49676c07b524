/** The files that stand beside a list; undefined where the list's address does not have the usual form. */
export interface PublishedFiles {
  readonly heartbeat: string;
  readonly keyset: (version: number) => string;
}

/** `…/api/blacklist.json` → `…/api/blacklist.heartbeat.json` and `…/api/blacklist-keys/<N>.json`. */
export function filesBeside(listUrl: string): PublishedFiles | undefined {
  const url = new URL(listUrl);
  if (!url.pathname.endsWith("/blacklist.json")) return undefined;
  const folder = url.pathname.slice(0, -"blacklist.json".length);
  const beside = (name: string): string => new URL(folder + name, url.origin).href;
  return { heartbeat: beside("blacklist.heartbeat.json"), keyset: (version) => beside(`blacklist-keys/${version}.json`) };
}
