import { stringify } from "yaml";
import type { Relationship } from "../../protocol/forms.ts";
import { type CardParts, joinCard, readYaml, splitCard } from "./front-matter.ts";
import { NEEDED_KEYS, OMLA_ID_LINE } from "./read-card.ts";
import { hubRelationOf } from "./relation.ts";

/** What a card should say of a registered model. */
export interface CardUpdate {
  /** Its primary wallet. */
  readonly address: string;
  readonly license_version: string;
  readonly lineage: readonly { readonly parent_ref?: string | undefined; readonly relationship: Relationship }[];
}

/**
 * A card with its `OMLA-ID:` line, and the metadata that it lacks: license, base models and their relation.
 *
 * What the card says already stays as it is, byte for byte: other keys, their order, comments, quotes. Twice gives the same as once.
 *
 * @throws {OmlaError} CARD_YAML
 */
export function updateCard(card: string, update: CardUpdate): string {
  const parts = splitCard(card);
  return joinCard(withLine(withMetadata(parts, update), update.address));
}

function withMetadata(parts: CardParts, update: CardUpdate): CardParts {
  const { keys, flow } = readYaml(parts.yaml, NEEDED_KEYS);
  const missing = Object.entries(metadataOf(update)).filter(([name]) => !keys.has(name) && !keys.has(BELONGS_TO[name] ?? name));
  if (missing.length === 0) return parts;
  const { lineBreak } = parts;
  if (flow !== undefined) {
    for (const [name, value] of missing) flow.set(name, flow.createNode(value));
    return { ...parts, yaml: broken(flow.toString(), lineBreak) };
  }
  const added = broken(stringify(Object.fromEntries(missing)), lineBreak);
  const opened = parts.head === "" ? { ...parts, head: `---${lineBreak}`, body: `---${lineBreak}${parts.body}` } : parts;
  return { ...opened, yaml: parts.yaml + (parts.yaml === "" || parts.yaml.endsWith("\n") ? "" : lineBreak) + added };
}

/** What goes with a key that the card has already is the card's to say: the name of its license, how it descends from its base. */
const BELONGS_TO: Readonly<Record<string, string>> = { license_name: "license", base_model_relation: "base_model" };

function metadataOf({ license_version, lineage }: CardUpdate): Record<string, unknown> {
  const bases = lineage.map(({ parent_ref }) => parent_ref).filter((ref) => ref !== undefined && /^[\w.-]+\/[\w.-]+$/.test(ref));
  const relations = new Set(lineage.map(({ relationship }) => hubRelationOf(relationship)));
  const [relation] = relations;
  return {
    license: "other",
    license_name: `omla-${license_version}`,
    ...(bases.length === 0 ? {} : { base_model: bases.length === 1 ? bases[0] : bases }),
    ...(bases.length > 0 && relations.size === 1 && relation !== undefined ? { base_model_relation: relation } : {}),
  };
}

/** The line stands right behind the front matter; one that names another address is replaced. */
function withLine(parts: CardParts, address: string): CardParts {
  const { body, head, lineBreak } = parts;
  const line = `OMLA-ID: ${address}`;
  const there = OMLA_ID_LINE.exec(body);
  if (there?.[1]?.toLowerCase() === address) return parts;
  if (there !== null) return { ...parts, body: body.replace(OMLA_ID_LINE, line + (there[0].endsWith("\r") ? "\r" : "")) };
  const fence = head === "" ? "" : (/^---[ \t]*(\r?\n)?/.exec(body)?.[0] ?? "");
  const rest = body.slice(fence.length);
  const closed = fence === "" || fence.endsWith("\n") ? fence : fence + lineBreak;
  const gap = rest.startsWith(lineBreak) || rest === "" ? "" : lineBreak;
  return { ...parts, body: `${closed}${head === "" ? "" : lineBreak}${line}${lineBreak}${gap}${rest}` };
}

function broken(text: string, lineBreak: string): string {
  return lineBreak === "\n" ? text : text.replace(/\n/g, lineBreak);
}
