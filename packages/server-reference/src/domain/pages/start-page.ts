import { type Html, html } from "./html.ts";
import { layout } from "./layout.ts";

export interface StartPageFacts {
  readonly registry: string;
  readonly version: string;
  readonly lineage_policy: string;
  readonly models: number;
  readonly companies: number;
  readonly newest: readonly { readonly name: string; readonly address: string; readonly state: string }[];
}

/** The plain first page: what this is, what is in it, where to go. */
export function startPage(facts: StartPageFacts): string {
  return layout(
    "OMLA registry",
    html`<h1>Who made this model, and are they paid?</h1>
<p>This registry (${facts.registry}, version ${facts.version}) knows ${facts.models} models and ${facts.companies} companies.
Several parents of a model share by the <em>${facts.lineage_policy}</em> policy.</p>
<h2>Newest models</h2>
${modelTable(facts)}
<h2>Where to go</h2>
<ul>
<li><a href="/badges">Badges</a>: how a model page shows its standing; <a href="/badge-gallery/">every state of it</a></li>
<li><a href="/docs">API documentation</a>, and <a href="/openapi.json">the same for machines</a></li>
<li><a href="/api/blacklist.json">The signed blacklist</a>, and <a href="/.well-known/omla">the keys it is signed with</a></li>
<li><a href="/stats">Figures</a> · <a href="/healthz">health</a> · <a href="/readyz">readiness</a> · <a href="/metrics">metrics</a></li>
</ul>`,
  );
}

function modelTable({ newest }: StartPageFacts): Html {
  if (newest.length === 0)
    return html`<p>Nothing is registered yet. <code>omla init</code> and <code>omla register</code> make the first entry.</p>`;
  const rows = newest.map(
    ({ name, address, state }) =>
      html`<tr><td><a href="/models/${address}">${name}</a></td><td><code>${address}</code></td><td><img src="/badge/${address}.svg" alt="OMLA: ${state}" height="20"></td></tr>`,
  );
  return html`<table><thead><tr><th>Model</th><th>Wallet</th><th>State</th></tr></thead><tbody>${rows}</tbody></table>`;
}
