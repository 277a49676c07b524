import { formatTimestamp } from "@omla/sdk/protocol";
import { type Html, html } from "./html.ts";
import { layout } from "./layout.ts";
import type { Relative, SharedOut } from "./model-repository.ts";
import type { ModelView } from "./model-service.ts";

/** Everything that the registry says in public of one model; it needs no script. */
export function modelPage(registry: string, view: ModelView): string {
  const { model, address } = view;
  return layout(
    `${model.name}, OMLA registry`,
    html`<h1>${model.name}</h1>
<p><img src="/badge/${address}.svg" alt="OMLA: ${model.is_active ? model.state : "withdrawn"}" height="20"></p>
${model.description === null ? html`` : html`<p>${model.description}</p>`}
<h2>Facts</h2>
${factsTable(view)}
<h2>Lineage</h2>
${relatives("Descends from", "It is declared as a base: it descends from no other model.", view.parents)}
${relatives("Descendants", "No registered model descends from it.", view.children)}
<h2>Who is paid</h2>
<p>Of each royalty on this model, after its hosters' part:</p>
${shares(view.shares)}
<h2>Badge</h2>
<p>For a model page; where scripts are stripped, the image inside is what stays.</p>
<pre><code>${snippet(registry, view).markup}</code></pre>`,
  );
}

/** The page for an address that no model has. */
export function noModelPage(): string {
  return layout(
    "No such model, OMLA registry",
    html`<h1>No model is registered under this address</h1>
<p>Check it letter by letter: an address ends in a checksum, so a mistyped one is never another model's. <a href="/">Back to the start</a></p>`,
  );
}

function factsTable({ address, model }: ModelView): Html {
  const rows: readonly (readonly [string, Html])[] = [
    ["State", html`${model.is_active ? model.state : "withdrawn by its creator"}, since ${time(model.state_since)}`],
    ["Wallet", html`<code>${address}</code>`],
    ["Model id", html`<code>${model.id}</code>`],
    ["Kind", html`${model.asset_kind}`],
    ["License", html`${model.license_version}`],
    ["Weights (SHA-256)", html`<code>${model.model_hash}</code>`],
    ["Key (Ed25519)", html`<code>${model.ed25519_pubkey}</code>`],
    ["Registered", time(model.registered_at)],
    ["Signed document", html`<a href="/rest/v1/documents?digest=eq.${model.document_digest}"><code>${model.document_digest}</code></a>`],
    ["Stands at", model.locations.length === 0 ? html`nowhere that its creator named` : html`${model.locations.map(place)}`],
  ];
  return html`<table><tbody>${rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table>`;
}

/** Only https addresses are stored, so a location is safe to link; the registry vouches for none. */
function place(url: string): Html {
  return html`<div><a href="${url}" rel="nofollow noopener noreferrer">${url}</a></div>`;
}

function time(at: Date): Html {
  const text = formatTimestamp(at);
  return html`<time datetime="${text}">${text}</time>`;
}

function relatives(caption: string, none: string, models: readonly Relative[]): Html {
  if (models.length === 0) return html`<p>${none}</p>`;
  const rows = models.map(
    ({ name, address, relationship, contribution_weight }) =>
      html`<tr><td>${linked(name, address)}</td><td>${relationship}</td><td>${contribution_weight}</td></tr>`,
  );
  return html`<table><caption>${caption}</caption><thead><tr><th scope="col">Model</th><th scope="col">Relationship</th><th scope="col">Weight</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function shares(rows: readonly SharedOut[]): Html {
  const lines = rows.map(
    ({ address, rail, percentage, name }) =>
      html`<tr><td>${name === null ? html`a wallet of its own` : linked(name, address)}</td><td><code>${address}</code></td><td>${rail ?? "none yet"}</td><td>${percentage} %</td></tr>`,
  );
  const head = ["Receiver", "Wallet", "Rail", "Share"].map((title) => html`<th scope="col">${title}</th>`);
  return html`<table><thead><tr>${head}</tr></thead><tbody>${lines}</tbody></table>`;
}

function linked(name: string, address: string | null): Html {
  return address === null ? html`${name}` : html`<a href="/models/${address}">${name}</a>`;
}

function snippet(registry: string, { address, model }: ModelView): Html {
  const image = html`<img src="${registry}/badge/${address}.svg" alt="OMLA badge of ${model.name}" height="20">`;
  return html`<omla-badge model="${address}" registry="${registry}"><a href="${registry}/models/${address}">${image}</a></omla-badge>`;
}
