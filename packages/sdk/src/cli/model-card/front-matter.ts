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

/** More than any card holds; YAML with aliases can cost more than its length. */
const MAX_YAML_CHARACTERS = 1_000_000;
const FRONT_MATTER = /^(\ufeff?---[ \t]*\r?\n)([^]*?)(^---[ \t]*\r?$[^]*)$/m;

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
 * The document of a card's YAML: the first one that holds something, with or without fences around it.
 *
 * @throws {OmlaError} CARD_YAML with line and column
 */
export function parseCardYaml(yaml: string): Document.Parsed | undefined {
  if (yaml.length > MAX_YAML_CHARACTERS)
    throw new OmlaError("CARD_YAML", "the front matter is too long", { hint: "A card's metadata has a few hundred lines at most." });
  const documents = parseAllDocuments(yaml, { uniqueKeys: true, logLevel: "silent" });
  const document = Array.isArray(documents) ? documents.find(({ contents }) => contents !== null) : undefined;
  const fault = document?.errors[0];
  if (fault !== undefined) {
    throw new OmlaError("CARD_YAML", `the front matter is not YAML: ${fault.message.split("\n", 1)[0]}`, {
      hint: "Correct the card's metadata; the Hub refuses it too.",
    });
  }
  if (document !== undefined && !isMap(document.contents)) {
    throw new OmlaError("CARD_YAML", "the front matter is not a list of keys with values", {
      hint: "Write `key: value` lines between the --- fences.",
    });
  }
  return document;
}
