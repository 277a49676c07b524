import { createHash } from "node:crypto";
import { type BlacklistEntry, encodeAddress, verifyBlacklist } from "@omla/sdk/protocol";
import { expect } from "vitest";
import { readList } from "../src/fast-reader/read-list.ts";
import type { Subject } from "../src/index-of-entries.ts";
import { random } from "./index-of.ts";
import { KEY, NOW, publish } from "./publisher.ts";

/** Unpredictable to the index, the same in every run. */
const noise = (seed: string, at: number): Buffer => createHash("sha256").update(`${seed} ${at}`).digest();
const uuidFrom = (bytes: Buffer): string => bytes.toString("hex", 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
const SINCE = ["1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "2026-07-01T00:00:00Z", "2106-02-07T06:28:16Z", "9999-12-31T23:59:59Z"];
const WORDS = ["deny", "warn", "suspended", "destroy"];

/** An entry that shares a hash, a domain or a repository with others now and then. */
function entryOf(seed: string, at: number): BlacklistEntry {
  const bytes = noise(seed, at);
  const pick = <T>(items: readonly T[], place: number): T => items[(bytes[place] as number) % items.length] as T;
  const id = uuidFrom(bytes);
  const facts = { id, reason: pick(["OTHER", "COURT_ORDER", "NEW_RULE"], 16), since: pick(SINCE, 17), enforce: pick(WORDS, 18) };
  const own = (number: number): string => `${seed}-${number}`;
  const kind = pick(["model", "model", "model", "commercial_user", "commercial_user", "dataset"], 19);
  const shared = at - (at % 7);
  const model = {
    address: encodeAddress(pick([bytes.subarray(0, 16), bytes.subarray(8, 24), bytes.subarray(0, 20)], 20)),
    sha256: [noise(own(at), 1), noise(own(shared), 2)].slice(0, (bytes[21] as number) % 3).map((hash) => hash.toString("hex")),
    locations: pick([[], [`https://hub.example/Owner${shared}/Repo-${at}`, `https://Hub.example/a/b/c/d/e/f/g/h/i/j/${at}/`]], 22),
  };
  const company = { domains: pick([[], [`Company${at}.example.`, `bücher${shared}.example`]], 23), name: 'é"\\\u{1F600}' };
  const name = `C-${at}${pick(["", "é", '"\n'], 24)}`;
  return { ...facts, ...(kind === "model" ? model : company), kind, case: name } as unknown as BlacklistEntry;
}

export const entriesOf = (seed: string, count: number): BlacklistEntry[] => Array.from({ length: count }, (_, at) => entryOf(seed, at));

const mixed = (text: string): string => Array.from(text, (char, at) => (at % 2 === 0 ? char.toUpperCase() : char.toLowerCase())).join("");
const cases = (text: string): string[] => [text, text.toUpperCase(), mixed(text)];

/** A name in the ways that mean the same, with the key under which a plain search knows it. */
interface Spelling {
  readonly key: string;
  readonly subject: Subject;
}

/** Everything that an entry is known by, spelled out by hand. */
function spellingsOf({ kind, id, address, sha256 = [], domains = [], locations = [] }: BlacklistEntry): Spelling[] {
  if (kind !== "model" && kind !== "commercial_user") return [];
  const names = (key: string, subjects: Subject[]): Spelling[] => subjects.map((subject) => ({ key, subject }));
  if (kind === "commercial_user") {
    const ids = cases(id).map((text) => ({ commercial_user_id: text }));
    const hosts = domains.flatMap((domain) => {
      const bare = domain.toLowerCase().replace(/\.$/, "");
      const ways = [bare, `${bare}.`, bare.toUpperCase(), `api.${bare}`, `a.b.${mixed(bare)}.`, new URL(`https://x.${bare}`).hostname];
      return names(
        `domain ${bare}`,
        ways.map((text) => ({ domain: text })),
      );
    });
    return [...names(`company ${id}`, ids), ...hosts];
  }
  return [
    ...names(
      `model ${id}`,
      cases(id).flatMap((text) => [{ model_id: text }, { model: text }]),
    ),
    ...(address === undefined
      ? []
      : names(
          `address ${address}`,
          [address, address.toUpperCase()].flatMap((text) => [{ address: text }, { model: text }]),
        )),
    ...sha256.flatMap((hash) =>
      names(
        `hash ${hash}`,
        cases(hash).flatMap((text) => [{ sha256: text }, { model: text }]),
      ),
    ),
    ...locations.flatMap((location) => {
      const [, host = "", path = ""] = /^https:\/\/([^/]+)\/(.*?)\/?$/.exec(location.toLowerCase()) ?? [];
      const ways = [`https://${host}/${path}`, `http://${host}:80/${path}/`, `HTTPS://u:p@${mixed(host)}.:443/${path}?download=true#x`];
      const more = [`${host}/${mixed(path)}`, `https://${host}//${path}/resolve/main`, `https://${host}/./${path.replace("-", "%2D")}//`];
      const places = names(
        `location ${host}/${path}`,
        [...ways, ...more].flatMap((text) => [{ location: text }, { model: text }]),
      );
      return places;
    }),
  ];
}

/** `owner/repo` of each location: what a gateway calls a model at a hub. */
const repositoriesOf = ({ kind, locations = [] }: BlacklistEntry): string[] =>
  kind === "model" ? [...new Set(locations.map((location) => location.toLowerCase().split("/").slice(3, 5).join("/")))] : [];

/** Names that no entry has, each as near to one as can be. */
function strangersNear({ id, address, sha256 = [] }: BlacklistEntry): Subject[] {
  const flip = (text: string, at: number): string => text.slice(0, at) + (text[at] === "0" ? "1" : "0") + text.slice(at + 1);
  const ids = [0, 9, 14, 35].map((at) => flip(id, at));
  const hashes = sha256.flatMap((hash) => [0, 31, 55, 63].map((at) => flip(hash, at)));
  const addresses =
    address === undefined ? [] : [mixed(address), `${address}q`, address.replace(/.$/, (last) => (last === "q" ? "p" : "q"))];
  return [
    ...ids.flatMap((text) => [{ model_id: text }, { commercial_user_id: text }, { model: text }]),
    ...hashes.flatMap((text) => [{ sha256: text }, { model: text }]),
    ...addresses.flatMap((text) => [{ address: text }, { model: text }]),
    { domain: `x${id}.example` },
    { location: `https://hub.example/owner/${id}` },
    { model: `owner/${id}` },
  ];
}

/**
 * Holds the list that gateways ask against a plain search through what the plain reader reads, for every name of `asked` entries.
 *
 * @returns how many questions hit
 */
export async function expectNaive(entries: readonly BlacklistEntry[], asked: readonly BlacklistEntry[]): Promise<number> {
  const { raw } = await publish({ entries });
  const signed = { keys: [KEY], now: NOW };
  const [plain, read] = await Promise.all([
    verifyBlacklist(raw, signed),
    readList(raw, { ...signed, aliases: {}, random, maxEntries: 250_000 }),
  ]);
  if (!plain.ok || !read.ok) throw new Error(`${plain.ok} ${read.ok}`);
  const known = new Map<string, string[]>();
  const note = (key: string, name: string): void => void known.set(key, [...new Set([...(known.get(key) ?? []), name])]);
  for (const entry of plain.list.entries) {
    for (const { key } of spellingsOf(entry)) note(key, entry.case);
    for (const repository of repositoriesOf(entry)) note(`repository ${repository}`, entry.case);
  }
  const shown = (subject: Subject): string[] => read.index.find(subject).map((match) => match.case);
  let hits = 0;
  for (const entry of asked) {
    for (const { key, subject } of spellingsOf(entry)) {
      expect({ subject, cases: shown(subject).sort() }).toEqual({ subject, cases: [...(known.get(key) ?? [])].sort() });
      hits += 1;
    }
    for (const repository of repositoriesOf(entry))
      for (const model of cases(repository))
        expect(shown({ model }).sort()).toEqual([...(known.get(`repository ${repository}`) ?? [])].sort());
    for (const subject of strangersNear(entry)) expect({ subject, cases: shown(subject) }).toEqual({ subject, cases: [] });
  }
  return hits;
}
