import { type Html, html } from "./html.ts";
import { layout } from "./layout.ts";

export interface BadgeExample {
  readonly title: string;
  readonly name: string;
  readonly address: string;
  /** Where the model's signed sidecar stands; without one the badge asks by address. */
  readonly sidecar?: string | undefined;
}

const WIDGET = "/assets/widget/omla-badge.min.js";

/** The badge as a model page would carry it, one section per case. */
export function badgesPage(registry: string, examples: readonly BadgeExample[]): string {
  return layout(
    "OMLA badges",
    html`<h1>Badges</h1>
<p>Each badge below is the tag that a model page carries. It asks this registry, checks signatures in your browser, and shows green only for what is proven.</p>
<div class="cards">${examples.map((example) => card(registry, example))}</div>`,
    [WIDGET],
  );
}

function card(registry: string, example: BadgeExample): Html {
  const snippet = tag(registry, example).markup;
  return html`<section class="card" data-case="${example.title}">
<h2>${example.title}</h2>
<p>${example.name}</p>
${tag(registry, example)}
<pre><code>${snippet}</code></pre>
</section>`;
}

function tag(registry: string, { address, name, sidecar }: BadgeExample): Html {
  const subject = sidecar === undefined ? html`model="${address}"` : html`src="${sidecar}"`;
  return html`<omla-badge ${subject} registry="${registry}"><a href="${registry}/"><img src="${registry}/badge/${address}.svg" alt="OMLA badge of ${name}" height="20"></a></omla-badge>`;
}
