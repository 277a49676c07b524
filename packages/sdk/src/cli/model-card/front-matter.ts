import { type Document, isMap, parseAllDocuments } from "yaml";
import { OmlaError } from "../../protocol/errors.ts";

/** A model card taken apart at its fences; put together again it is the same text. */
export interface CardParts {
  /** From the start to behind the opening fence; empty where the card has no front matter. */
  readonly head: string;
  readonly yaml: string;
  /** From the closing fence, or the whole card. */
  readonly body: string;
  readonly lineBreak: "\n" | "\r\n";
}

/** What a card's YAML says. */
export interface CardMetadata {
  /** Key → value; a key whose value cannot be read has undefined. */
  readonly keys: ReadonlyMap<string, unknown>;
  /** The document, where it is written as one `{ … }`: keys cannot be added to it as lines. */
  readonly flow: Document.Parsed | undefined;
  /** What was passed over, in words. */
  readonly faults: readonly string[];
}

/** More than any card holds; YAML with aliases can cost more than its length. */
const MAX_YAML_CHARACTERS = 1_000_000;
const MAX_ALIASES = 100;
const FRONT_MATTER = /^(\ufeff?---[ \t]*\r?\n)([^]*?)(^---[ \t]*\r?$[^]*)$/m;
const TOP_LEVEL_KEY = /^(["']?)([\w.-]+)\1[ \t]*:(?=[ \t\r]|$)/;

/** Splits a card at the fences of its front matter. */
export function splitCard(card: string): CardParts {
  const lineBreak = card.includes("\r\n") ? "\r\n" : "\n";
  const match = card.startsWith("---") || card.startsWith("\ufeff---") ? FRONT_MATTER.exec(card) : null;
  if (match === null) return { head: "", yaml: "", body: card, lineBreak };
  const [, head = "", yaml = "", body = ""] = match;
  return { head, yaml, body, lineBreak };
}

export function joinCard({ head, yaml, body }: CardParts): string {
  return head + yaml + body;
}

/**
 * Reads a card's YAML: the first document that holds something, with or without fences around it.
 *
 * A fault in one key does not hide the others: where the whole cannot be read, each key is read by itself.
 *
 * @param needed keys without which nothing should be done
 * @throws {OmlaError} CARD_YAML where a needed key, or every key, cannot be read
 */
export function readYaml(yaml: string, needed: readonly string[]): CardMetadata {
  if (yaml.length > MAX_YAML_CHARACTERS) throw refuse("it is too long", "A card's metadata has a few hundred lines at most.");
  const document = parseYaml(yaml);
  if (document === undefined) return { keys: new Map(), flow: undefined, faults: [] };
  if (document.errors.length > 0) return readKeyByKey(yaml, faultOf(document), needed);
  if (!isMap(document.contents)) throw refuse("it is not a list of keys with values", "Write `key: value` lines between the --- fences.");
  return { keys: valuesOf(document), flow: document.contents.flow === true ? document : undefined, faults: [] };
}

function parseYaml(yaml: string): Document.Parsed | undefined {
  const documents = parseAllDocuments(yaml, { uniqueKeys: true, logLevel: "silent" });
  return Array.isArray(documents) ? documents.find(({ contents, errors }) => contents !== null || errors.length > 0) : undefined;
}

function valuesOf(document: Document.Parsed): Map<string, unknown> {
  return new Map(Object.entries(document.toJS({ maxAliasCount: MAX_ALIASES }) as Record<string, unknown>));
}

function readKeyByKey(yaml: string, whole: string, needed: readonly string[]): CardMetadata {
  const keys = new Map<string, unknown>();
  const faults: string[] = [];
  for (const [name, text] of blocks(yaml)) {
    const document = parseYaml(text);
    const isGood = document?.errors.length === 0 && isMap(document.contents);
    // A key that stands twice says two things.
    if (needed.includes(name) && (!isGood || keys.has(name))) throw refuse(whole);
    keys.set(name, isGood ? valuesOf(document).get(name) : undefined);
    if (!isGood) faults.push(`the card's \`${name}\` is passed over: ${document === undefined ? "it is empty" : faultOf(document)}`);
  }
  if ([...keys.values()].every((value) => value === undefined)) throw refuse(whole);
  return { keys, flow: undefined, faults };
}

/** The text of each key at the left margin, with all that is indented below it. */
function* blocks(yaml: string): Generator<[name: string, text: string]> {
  let name: string | undefined;
  let text = "";
  for (const line of yaml.split("\n")) {
    const found = TOP_LEVEL_KEY.exec(line)?.[2];
    if (found !== undefined) {
      if (name !== undefined) yield [name, text];
      name = found;
      text = "";
    }
    text += `${line}\n`;
  }
  if (name !== undefined) yield [name, text];
}

function faultOf({ errors }: Document.Parsed): string {
  return errors[0]?.message.split("\n", 1)[0]?.replace(/:$/, "") ?? "it is not YAML";
}

function refuse(why: string, hint = "Correct the card's metadata; the Hub refuses it too."): OmlaError {
  return new OmlaError("CARD_YAML", `the front matter cannot be read: ${why}`, { hint });
}
