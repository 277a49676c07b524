import { registryOrigin } from "./registries.ts";
import { registryPage } from "./registry-page.ts";

/** Where a snippet goes. Hubs that strip scripts and unknown tags keep the linked image inside. */
export type Hub = "huggingface" | "civitai" | "github" | "html";

export interface SnippetModel {
  readonly address: string;
  readonly name: string;
  /** Address of the model's `omla.json`, relative to the page; without it the badge asks by address. */
  readonly src?: string | undefined;
}

/** Where a plain page gets the badge's script from. */
export interface SnippetScript {
  readonly url: string;
  /** `sha384-…` of that very file, from `dist/integrity.json`. */
  readonly integrity?: string | undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** What a hub does with HTML decides what the snippet may hold. */
const HAS_SCRIPT: Readonly<Record<Hub, boolean>> = { huggingface: false, civitai: false, github: false, html: true };

/**
 * The one snippet for a model's page: the tag, and inside it the linked image badge for where scripts are stripped. On one line, so that
 * Markdown takes it as HTML.
 *
 * @param registry - origin, `https:` (or `http:` on the loopback interface)
 * @param script - only used for `html`; the registry's own copy where left out
 * @throws {TypeError} where `registry` is no such origin
 * @example
 * snippetFor("github", { address: "omla1…", name: "Aster 7B", src: "omla.json" }, "https://registry.example");
 */
export function snippetFor(hub: Hub, model: SnippetModel, registry: string, script?: SnippetScript): string {
  const origin = registryOrigin(registry);
  if (origin === undefined) throw new TypeError("the registry is an https origin, such as https://registry.example");
  const subject = model.src === undefined ? attribute("model", model.address) : attribute("src", model.src);
  const image = `<img${attribute("src", `${origin}/badge/${encodeURIComponent(model.address)}.svg`)}${attribute("alt", `OMLA badge of ${model.name}`)} height="20">`;
  const link = `<a${attribute("href", registryPage(origin, model.address))}>${image}</a>`;
  const tag = `<omla-badge${subject}${attribute("registry", origin)}>${link}</omla-badge>`;
  return HAS_SCRIPT[hub] ? `${scriptTag(script ?? { url: `${origin}/assets/widget/omla-badge.min.js` })}\n${tag}` : tag;
}

function scriptTag({ url, integrity }: SnippetScript): string {
  const pinned = integrity === undefined ? "" : attribute("integrity", integrity);
  return `<script type="module"${attribute("src", url)}${pinned} crossorigin="anonymous"></script>`;
}

function attribute(name: string, value: string): string {
  return ` ${name}="${value.replace(/\s+/g, " ").replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "")}"`;
}
