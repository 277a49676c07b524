import type { DeclaredParent } from "../../protocol/document-sets.ts";
import { type CardMetadata, readYaml, splitCard } from "./front-matter.ts";
import { relationshipOf } from "./relation.ts";

/** What a Hugging Face model card says that a registration needs. */
export interface CardFacts {
  /** The first heading of the card, or the name in its evaluation results. */
  readonly name: string | undefined;
  readonly license: string | undefined;
  /** What the model is for, such as `text-generation`. */
  readonly domain: string | undefined;
  readonly parents: readonly CardParent[];
  /** What its `OMLA-ID:` line names. */
  readonly omla_id: string | undefined;
  /** What was guessed or passed over; for the user to look at. */
  readonly notes: readonly string[];
}

/** A base model as the Hub names it; what part of the royalty it gets is for the creator to say. */
export type CardParent = Required<Pick<DeclaredParent, "parent_ref" | "relationship">>;

/** Keys on which a registration or the card's license depends: a fault in one of them is not passed over. */
export const NEEDED_KEYS: readonly string[] = ["base_model", "base_model_relation", "license", "license_name"];

type Keys = CardMetadata["keys"];

/** `OMLA-ID: omla1…` on a line of its own, in plain text, bold, a list or code. */
export const OMLA_ID_LINE: RegExp = /^[ \t>*_`-]*OMLA-ID:[ \t*_`]*([a-zA-Z0-9]+)[ \t*_`]*\r?$/m;

/** Reads a card; its front matter may be absent. @throws {OmlaError} CARD_YAML */
export function readCard(card: string): CardFacts {
  const { yaml, body } = splitCard(card);
  const { keys, faults } = readYaml(yaml, NEEDED_KEYS);
  return { ...factsOf(keys, faults), name: headingOf(body) ?? resultsName(keys), omla_id: OMLA_ID_LINE.exec(body)?.[1] };
}

/** Reads a card's YAML alone. @throws {OmlaError} CARD_YAML */
export function readMetadata(yaml: string): Pick<CardFacts, "license" | "domain" | "parents" | "notes"> {
  const { keys, faults } = readYaml(yaml, NEEDED_KEYS);
  return factsOf(keys, faults);
}

function factsOf(keys: Keys, faults: readonly string[]): Pick<CardFacts, "license" | "domain" | "parents" | "notes"> {
  const notes = [...faults];
  const license = textOf(keys.get("license"));
  const name = textOf(keys.get("license_name"));
  return {
    license: license === "other" ? (name ?? license) : license,
    domain: textOf(keys.get("pipeline_tag")),
    parents: parentsOf(keys, notes),
    notes,
  };
}

function headingOf(body: string): string | undefined {
  return /^#[ \t]+(.+?)[ \t#]*\r?$/m.exec(body)?.[1];
}

function resultsName(keys: Keys): string | undefined {
  const index = keys.get("model-index");
  const first: unknown = Array.isArray(index) ? index[0] : undefined;
  return textOf((first as { name?: unknown } | undefined)?.name);
}

function parentsOf(keys: Keys, notes: string[]): CardParent[] {
  const named = keys.get("base_model");
  const bases = [...new Set((Array.isArray(named) ? named : [named]).map(textOf).filter((base) => base !== undefined))];
  if (bases.length === 0) return [];
  const relationship = relationOf(textOf(keys.get("base_model_relation")), bases.length, notes);
  return bases.map((parent_ref) => ({ parent_ref, relationship }));
}

/** Where the card does not say, several base models read as a merge, one as a fine-tune; both are said to be guesses. */
function relationOf(relation: string | undefined, bases: number, notes: string[]): CardParent["relationship"] {
  const known = relation === undefined ? undefined : relationshipOf(relation);
  if (known !== undefined) return known;
  const guess = relation !== undefined ? "derivative" : bases > 1 ? "merge" : "fine-tune";
  const why =
    relation === undefined
      ? "the card does not say how the model descends"
      : `the relation ${JSON.stringify(relation)} is not one of the Hub's`;
  notes.push(`${why}: taken as ${guess}`);
  return guess;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}
