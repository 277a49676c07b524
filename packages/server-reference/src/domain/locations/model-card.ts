/** Where the text of a model card lies, for the hubs that show it inside a page. */
const HUBS: Readonly<Record<string, (path: readonly string[]) => string | undefined>> = {
  "huggingface.co": (path) => {
    const kind = path[0] === "datasets" || path[0] === "spaces" ? 3 : 2;
    return path.length < kind ? undefined : `https://huggingface.co/${path.slice(0, kind).join("/")}/raw/main/README.md`;
  },
  "github.com": ([owner, repo]) => (repo === undefined ? undefined : `https://raw.githubusercontent.com/${owner}/${repo}/HEAD/README.md`),
};

/** The card of a location as text; the location itself where its hub is not known. */
export function cardUrl(location: string): string {
  const { hostname, pathname } = new URL(location);
  const path = pathname.split("/").filter((part) => part !== "");
  const hub = Object.hasOwn(HUBS, hostname) ? HUBS[hostname] : undefined;
  return hub?.(path) ?? location;
}

/** A page that others can write into, by comments or issues, proves nothing: only plain texts count. */
const CARD_TYPES: ReadonlySet<string> = new Set(["text/plain", "text/markdown", "text/x-markdown"]);
const ID_LINE = /^[ \t]*OMLA-ID:[ \t]*(omla1[02-9ac-hj-np-z]{32,58})[ \t]*\r?$/gm;

/** Whether a card carries the line `OMLA-ID: <address>` of this model, and of no other. */
export function cardNames({ text, mediaType }: { readonly text: string; readonly mediaType: string }, address: string): boolean {
  const named = [...text.matchAll(ID_LINE)].map(([, found]) => found);
  return CARD_TYPES.has(mediaType) && named.length > 0 && named.every((found) => found === address);
}
