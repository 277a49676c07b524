import type { Relationship } from "../../protocol/forms.ts";

/** Hugging Face's `base_model_relation` in OMLA's words. */
const FROM_HUB: Readonly<Record<string, Relationship>> = {
  finetune: "fine-tune",
  adapter: "derivative",
  merge: "merge",
  quantized: "quantize",
};

/** The way back; the Hub has no word for a distillation and finds one itself. */
const TO_HUB: Readonly<Record<Relationship, string | undefined>> = {
  "fine-tune": "finetune",
  derivative: "adapter",
  merge: "merge",
  quantize: "quantized",
  distill: undefined,
};

/** A relation of the Hub as a relationship; undefined where the Hub does not know it either. @see docs/spec/3-identity.md clause 3.35 */
export function relationshipOf(relation: string): Relationship | undefined {
  return Object.hasOwn(FROM_HUB, relation) ? FROM_HUB[relation] : undefined;
}

export function hubRelationOf(relationship: Relationship): string | undefined {
  return TO_HUB[relationship];
}
