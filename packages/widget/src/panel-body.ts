import { html, nothing, type TemplateResult } from "lit";
import { ICONS } from "./icons.ts";
import { cleanText } from "./clean-text.ts";
import { labelOf } from "./label.ts";
import { directionOf } from "./language.ts";
import type { PanelData, ParentRow, SplitRow } from "./panel-data.ts";
import { registryPage } from "./registry-page.ts";
import { isTime, type RegistryRecord } from "./registry-record.ts";
import type { LanguageCode } from "./speech.ts";
import { MAX_ROWS, splitChart } from "./split-chart.ts";
import { APPEARANCE, badgeOf } from "./state.ts";
import type { Details, Labels } from "./strings/labels.ts";
import type { CheckName, Verdict } from "./verdict.ts";

/** Everything that the panel shows, and whom it tells. */
export interface PanelView {
  readonly code: LanguageCode;
  readonly labels: Labels;
  readonly details: Details;
  readonly verdict: Verdict;
  /** Undefined while it is loading. */
  readonly data: PanelData | undefined;
  readonly isCopied: boolean;
  readonly onToggle: (event: ToggleEvent) => void;
  readonly onBeforeToggle: (event: ToggleEvent) => void;
  readonly onClose: () => void;
  readonly onCopy: () => void;
}

const CHECKS: readonly CheckName[] = ["signature", "registry", "page", "weights"];
const coming = html`<p data-coming aria-busy="true">…</p>`;
const CROSS = "M4 4 12 12M12 4 4 12";

export function panelBody(view: PanelView): TemplateResult {
  const { verdict, details, code } = view;
  const { record, registry } = verdict;
  return html`<div
    class="panel"
    part="panel"
    popover="auto"
    role="dialog"
    aria-labelledby="title"
    tabindex="-1"
    autofocus
    lang=${code}
    dir=${directionOf(code)}
    @toggle=${view.onToggle}
    @beforetoggle=${view.onBeforeToggle}
  >
    <h2 id="title"><bdi>${cleanText(record?.name) || "OMLA"}</bdi></h2>
    <button class="close" type="button" aria-label=${details.close} @click=${view.onClose}>${icon(CROSS)}</button>
    ${stateBox(view)} ${record ? recordRows(view, record) : nothing} ${checkList(view)}
    ${record && registry ? moneyRows(view, registryPage(registry, record.address)) : nothing}
  </div>`;
}

function stateBox({ verdict, labels, details, code }: PanelView): TemplateResult {
  const { state, lastKnown } = verdict;
  const { role, icon: name } = APPEARANCE[state];
  const title = lastKnown ? labels[state] : labelOf(verdict, { labels, code });
  const last = lastKnown && `${details.lastAnswer}: ${labels[badgeOf(lastKnown.state)]}, ${formatDate(lastKnown.as_of, code)}`;
  return html`<p class="state ${role}">
    ${icon(ICONS[name])}<span
      ><strong>${title}</strong>${details.explain[state]}
      ${last ? html`<br />${last}` : nothing}</span
    >
  </p>`;
}

function recordRows({ details, code, isCopied, onCopy, data }: PanelView, record: RegistryRecord): TemplateResult {
  const rate = data?.rate ?? DEFAULT_RATE;
  return html`<dl>
    <dt>${details.wallet}</dt>
    <dd class="wallet">
      <code>${record.address}</code>
      <button type="button" @click=${onCopy}>${isCopied ? details.copied : details.copy}</button>
      <span role="status" class="unseen">${isCopied ? details.copied : ""}</span>
    </dd>
    ${kindRow(details, record)}
    <dt>${details.license}</dt>
    <dd>
      <bdi>${cleanText(record.license_version, 40)}</bdi><br />${details.personalUse}<br />${details.commercialUse.replace("{rate}", () => formatPercent(rate, code))}
    </dd>
    ${isTime(record.state_since) ? row(details.stateSince, formatDate(record.state_since, code)) : nothing}
    ${row(details.asOf, formatTime(record.as_of, code))}
  </dl>`;
}

function kindRow({ kind, kinds }: Details, { asset_kind }: RegistryRecord): TemplateResult | typeof nothing {
  const known = Object.entries(kinds).find(([name]) => name === asset_kind)?.[1];
  const text = known ?? cleanText(asset_kind, 40);
  return text
    ? html`<dt>${kind}</dt>
    <dd><bdi>${text}</bdi></dd>`
    : nothing;
}

/** What the license itself says; a registry may set another for a kind of asset. */
const DEFAULT_RATE = 0.3;

function checkList({ details, verdict }: PanelView): TemplateResult {
  const rows = CHECKS.map((name) => {
    const holds = verdict.checks[name];
    const result = holds === undefined ? "skipped" : holds ? "passed" : "failed";
    return html`<li><span>${details.check[name]}</span><span>${details.result[result]}</span></li>`;
  });
  return html`<h3>${details.checks}</h3>
    <ul>
      ${rows}
    </ul>`;
}

function moneyRows(view: PanelView, link: string): TemplateResult {
  const { details, data } = view;
  return html`<h3>${details.whoIsPaid}</h3>
    ${data === undefined ? coming : data.splits ? splitRows(view, data.splits) : details.notLoaded}
    <h3>${details.builtOn}</h3>
    ${data === undefined ? coming : data.parents ? parentRows(view, data.parents) : details.notLoaded}
    <a href=${link} target="_blank" rel="noopener noreferrer">${details.openRegistry}</a>`;
}

function splitRows({ code, details }: PanelView, splits: readonly SplitRow[]): TemplateResult {
  const rows = splits.slice(0, MAX_ROWS).map(
    ({ wallet, percentage }, index) =>
      html`<li>
        <span><span class="swatch part-${index}"></span><code title=${wallet}>${shortWallet(wallet)}</code></span><span>${formatPercent(percentage / 100, code)}</span>
      </li>`,
  );
  return html`${splitChart(splits)}
    <ul>
      ${rows}${moreRow(details, splits.length - MAX_ROWS)}
    </ul>`;
}

function parentRows({ code, details }: PanelView, parents: readonly ParentRow[]): TemplateResult {
  if (parents.length === 0) return html`<p>${details.noParents}</p>`;
  const rows = parents.slice(0, MAX_ROWS).map(
    ({ name, relationship, weight, registered }) =>
      html`<li>
        <span><bdi>${name}</bdi> <small lang="en">${relationship}</small></span><span>${registered ? formatPercent(weight, code) : "–"}</span>
      </li>`,
  );
  return html`<ul>
    ${rows}${moreRow(details, parents.length - MAX_ROWS)}
  </ul>`;
}

function moreRow(details: Details, count: number): TemplateResult | typeof nothing {
  return count > 0 ? html`<li><small>${details.more.replace("{count}", String(count))}</small></li>` : nothing;
}

function row(term: string, text: string): TemplateResult {
  return html`<dt>${term}</dt>
    <dd>${text}</dd>`;
}

function icon(path: string): TemplateResult {
  return html`<svg viewBox="0 0 16 16" aria-hidden="true"><path d=${path} /></svg>`;
}

/** Both ends of an address: enough to compare, and its checksum is among them. */
function shortWallet(wallet: string): string {
  return wallet.length > 24 ? `${wallet.slice(0, 12)}…${wallet.slice(-8)}` : wallet;
}

function formatPercent(fraction: number, code: LanguageCode): string {
  return new Intl.NumberFormat(code, { style: "percent", maximumFractionDigits: 2 }).format(fraction);
}

/** A day of the UTC calendar in the reader's language. */
function formatDate(timestamp: string, code: LanguageCode): string {
  return new Intl.DateTimeFormat(code, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(timestamp));
}

/** A minute, in UTC, in the reader's language. */
function formatTime(timestamp: string, code: LanguageCode): string {
  const format = new Intl.DateTimeFormat(code, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });
  return `${format.format(new Date(timestamp))} UTC`;
}
