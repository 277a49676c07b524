import { type Html, html } from "../pages/html.ts";
import { layout } from "../pages/layout.ts";
import type { Stats } from "./publishable.ts";

type Row = readonly (string | number)[];

/** The figures as tables with captions and headed rows, so that they can be read aloud. */
export function statsPage(stats: Stats): string {
  const { models, companies, lifetime_paid_usd, as_of, quarters, rails } = stats;
  return layout(
    "OMLA figures",
    html`<h1>Figures of this registry</h1>
<p>${models} models and ${companies} companies are registered; ${lifetime_paid_usd} US dollars were paid out. Counted at <time datetime="${as_of}">${as_of}</time>.</p>
${table("Models by compliance state", ["State", "Models"], Object.entries(stats.models_by_state))}
${table("Models by kind", ["Kind", "Models"], Object.entries(stats.models_by_kind))}
${table(
  "By quarter",
  ["Quarter", "Paid, US dollars", "Rejected lines", "Blacklisted"],
  quarters.map(({ quarter, paid_usd, rejected, blacklisted }) => [quarter, paid_usd ?? KEPT_BACK, rejected ?? KEPT_BACK, blacklisted]),
)}
${table(
  "Rails by volume",
  ["Rail", "Paid, US dollars"],
  rails.map(({ rail, paid_usd }) => [rail, paid_usd]),
)}
<p>Money counts up to the last midnight UTC. Amounts behind which fewer than three stand are kept back.</p>`,
  );
}

const KEPT_BACK = "kept back";

function table(caption: string, titles: readonly string[], rows: readonly Row[]): Html {
  const head = titles.map((title) => html`<th scope="col">${title}</th>`);
  const body = rows.map(
    ([first = "", ...cells]) => html`<tr><th scope="row">${first}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`,
  );
  const empty = html`<tr><td>None yet.</td></tr>`;
  return html`<table><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>${body.length === 0 ? empty : body}</tbody></table>`;
}
