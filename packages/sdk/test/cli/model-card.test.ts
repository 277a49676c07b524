import fc from "fast-check";
import { describe, expect, inject, it } from "vitest";
import { parse } from "yaml";
import { OmlaError } from "@omla/sdk";
import { readYaml, splitCard } from "../../src/cli/model-card/front-matter.ts";
import { OMLA_ID_LINE, readCard, readMetadata } from "../../src/cli/model-card/read-card.ts";
import { updateCard } from "../../src/cli/model-card/update-card.ts";

const ADDRESS = "omla1qqqsyqcyq5rqwzqfpg9scrgwpugzysn3";
const UPDATE = { address: ADDRESS, license_version: "v8-10-2025", lineage: [] };

describe("reading a model card", () => {
  it.each([
    ["finetune", "fine-tune"],
    ["adapter", "derivative"],
    ["merge", "merge"],
    ["quantized", "quantize"],
  ])("maps the Hub's %s to %s", (relation, relationship) => {
    const { parents, notes } = readCard(`---\nbase_model: [a/b, c/d]\nbase_model_relation: ${relation}\n---\n`);
    expect(parents).toEqual([
      { parent_ref: "a/b", relationship },
      { parent_ref: "c/d", relationship },
    ]);
    expect(notes).toEqual([]);
  });

  it.each([
    ["base_model: a/b", "fine-tune", "does not say"],
    ["base_model: [a/b, c/d]", "merge", "does not say"],
    ["base_model: a/b\nbase_model_relation: dream", "derivative", "not one of the Hub's"],
  ])("says so where it guesses (%#)", (yaml, relationship, why) => {
    const { parents, notes } = readMetadata(yaml);
    expect(parents[0]?.relationship).toBe(relationship);
    expect(notes[0]).toContain(why);
  });

  it("finds name, license, task and the OMLA-ID line", () => {
    const card = `---\nlicense: other\nlicense_name: my-license\npipeline_tag: text-generation\n---\nText.\n\n# Tiny 7B #\n\n- **OMLA-ID:** \`${ADDRESS}\`\n`;
    expect(readCard(card)).toMatchObject({ name: "Tiny 7B", license: "my-license", domain: "text-generation", omla_id: ADDRESS });
    expect(readCard("# Only a heading\r\n")).toMatchObject({ name: "Only a heading", parents: [], omla_id: undefined });
  });

  it.each([
    ["a broken license", "---\nlicense: [open\ntags: [a]\n---\n"],
    ["a broken base model", "---\nlicense: mit\nbase_model: [a/b\n---\n"],
    ["a key twice", "---\nlicense: a\nlicense: b\n---\n"],
    ["a list in place of keys", "---\n- a\n---\n"],
    ["a million characters", `---\nx: ${"y".repeat(1_000_001)}\n---\n`],
  ])("refuses %s", (_, card) => {
    expect(() => readCard(card)).toThrow(OmlaError);
    expect(() => readCard(card)).toThrow(expect.objectContaining({ code: "CARD_YAML" }) as Error);
  });

  it("passes over a fault in a key that nobody needs, and says so", () => {
    const { parents, license, notes } = readCard(
      "---\nlicense: mit\nwidget: [broken\nbase_model: a/b\nbase_model_relation: adapter\n---\n",
    );
    expect({ parents, license }).toEqual({ parents: [{ parent_ref: "a/b", relationship: "derivative" }], license: "mit" });
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain("`widget` is passed over");
  });

  it("does not blow up on aliases of aliases", () => {
    const bomb = [
      "a: &a [x,x,x,x,x,x,x,x,x]",
      ..."bcdefghi".split("").map((name, at) => `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[at]}`).join(",")}]`),
    ].join("\n");
    expect(() => readMetadata(bomb)).toThrow();
  });
});

describe("writing to a model card", () => {
  const card = "---\n# who made it\nlanguage: [en,   de] # both\nlicense: 'apache-2.0'\ntags:\n- a\n---\n\n# Tiny\n";

  it("adds its line and keeps everything that stands there, byte for byte", () => {
    const updated = updateCard(card, UPDATE);
    expect(updated).toBe(card.replace("---\n\n# Tiny", `---\n\nOMLA-ID: ${ADDRESS}\n\n# Tiny`));
    expect(updateCard(updated, UPDATE)).toBe(updated);
  });

  it("adds the metadata that is missing", () => {
    const lineage = [{ parent_ref: "org/base", relationship: "quantize" as const }];
    const updated = updateCard("---\ntags: [x] # keep\n---\n", { ...UPDATE, lineage });
    expect(parse(splitCard(updated).yaml)).toEqual({
      tags: ["x"],
      license: "other",
      license_name: "omla-v8-10-2025",
      base_model: "org/base",
      base_model_relation: "quantized",
    });
    expect(updated).toContain("tags: [x] # keep\n");
    expect(readCard(updated).parents).toEqual(lineage);
  });

  it("leaves license and base models to the card where it names them", () => {
    const lineage = [{ parent_ref: "org/base", relationship: "merge" as const }];
    const { yaml } = splitCard(updateCard("---\nlicense: mit\nbase_model: other/one\n---\n", { ...UPDATE, lineage }));
    expect(parse(yaml)).toEqual({ license: "mit", base_model: "other/one" });
  });

  it("gives a card without front matter one, and keeps Windows line ends", () => {
    const updated = updateCard("# Tiny\r\ntext\r\n", UPDATE);
    expect(updated).toMatch(
      /^---\r\nlicense: other\r\nlicense_name: omla-v8-10-2025\r\n---\r\n\r\nOMLA-ID: omla1\w+\r\n\r\n# Tiny\r\ntext\r\n$/,
    );
    expect(updated.replaceAll("\r\n", "")).not.toContain("\n");
  });

  it("adds keys to metadata that is written as one object", () => {
    const { yaml } = splitCard(
      updateCard("---\n{ tags: [x], license: mit }\n---\n", { ...UPDATE, lineage: [{ parent_ref: "a/b", relationship: "distill" }] }),
    );
    expect(parse(yaml)).toEqual({ tags: ["x"], license: "mit", base_model: "a/b" });
  });

  it("replaces the line of another address", () => {
    const updated = updateCard(`# A\nOMLA-ID: omla1old\ntext\n`, UPDATE);
    expect(updated.match(/OMLA-ID/g)).toHaveLength(1);
    expect(updated).toContain(`OMLA-ID: ${ADDRESS}\ntext\n`);
  });

  it("keeps any keys and any text, and doing it twice changes nothing", () => {
    const key = fc.stringMatching(/^[a-z][a-z_]{2,8}$/);
    const value = fc.oneof(fc.string({ maxLength: 12 }), fc.integer(), fc.array(fc.string({ maxLength: 5 }), { maxLength: 3 }));
    fc.assert(
      fc.property(fc.dictionary(key, value, { maxKeys: 5 }), fc.string(), (metadata, text) => {
        const yaml = Object.entries(metadata)
          .map(([name, of]) => `${name}: ${JSON.stringify(of)}\n`)
          .join("");
        const body = `\n${text.replace(/OMLA/g, "")}`;
        const updated = updateCard(`---\n${yaml}---${body}`, UPDATE);
        expect(parse(splitCard(updated).yaml)).toMatchObject(JSON.parse(JSON.stringify(metadata)));
        expect(updated.startsWith(`---\n${yaml}`)).toBe(true);
        expect(updated.endsWith(body.replace(/^\n/, ""))).toBe(true);
        expect(OMLA_ID_LINE.exec(updated)?.[1]).toBe(ADDRESS);
        expect(updateCard(updated, UPDATE)).toBe(updated);
      }),
    );
  });
});

describe("the examples that Hugging Face publishes", () => {
  const data = inject("publicData");

  it.skipIf(data === null)("are all read, and take the OMLA-ID line", () => {
    const cards = data?.["huggingface-model-cards.md"] ?? "";
    const blocks = [...cards.matchAll(/```yaml\r?\n([^]*?)```/g)].map(([, yaml]) => yaml ?? "");
    expect(blocks.length).toBeGreaterThanOrEqual(9);
    for (const yaml of blocks) {
      expect(readYaml(yaml, []).keys.size, yaml).toBeGreaterThan(0);
      readMetadata(yaml);
    }
    expect(blocks.flatMap((yaml) => readMetadata(yaml).parents.map(({ parent_ref }) => parent_ref))).toEqual([
      "base model Hub identifier",
      "HuggingFaceH4/zephyr-7b-beta",
      "Endevor/InfinityRP-v1-7B",
      "l3utterfly/mistral-7b-v0.1-layla-v4",
    ]);
  });

  it.skipIf(data === null)("and their template of a card keeps its comments and keys", () => {
    const template = data?.["huggingface-modelcard.md"] ?? "";
    const before = splitCard(template);
    const updated = updateCard(template, UPDATE);
    expect(updated.startsWith(before.head + before.yaml)).toBe(true);
    expect(OMLA_ID_LINE.exec(updated)?.[1]).toBe(ADDRESS);
    // `license: {license}` is a placeholder: no text, and said to be there.
    expect(readCard(updated)).toMatchObject({ license: undefined, parents: [] });
    for (const key of ["language", "license", "base_model", "model-index"]) expect(readYaml(before.yaml, []).keys.has(key), key).toBe(true);
  });
});
