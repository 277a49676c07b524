import { type CSSResult, html, LitElement, type PropertyDeclarations, type PropertyValues, type TemplateResult } from "lit";
import { ICONS } from "./icons.ts";
import { labelOf } from "./label.ts";
import { directionOf, speechFor } from "./language.ts";
import { createLookup, type Lookup } from "./lookup.ts";
import { styles } from "./omla-badge.styles.ts";
import type { BadgePanel } from "./panel.ts";
import type { LanguageCode, Speech } from "./speech.ts";
import { APPEARANCE, type BadgeState } from "./state.ts";
import type { Verdict } from "./verdict.ts";

/** A look-up begins when a badge comes this near to the viewport. */
const NEAR = { rootMargin: "300px" };
/** An answer that takes longer than this is announced by words; until then nothing is drawn twice. */
const SLOW_MS = 300;
const LOADING: Verdict = { state: "loading", checks: {} };

/**
 * Shows whether a model is registered, who is paid and whether it stands in good order.
 *
 * It is green only for what it has proven: the signature of `omla.json`, the same key and wallet at a trusted registry, the page among the
 * signed locations, and the weights where the page gives their hashes. With `model` it shows the registry's answer about one address.
 *
 * @element omla-badge
 * @attr {string} src - address of `omla.json`, relative to the page
 * @attr {string} model - an `omla1…` address, instead of `src`
 * @attr {string} registry - trusted registries (origins, separated by spaces); without it the package's own list
 * @attr {string} sha256 - hashes of the weights that this page offers, separated by spaces
 * @attr {string} page - address of the model's page, where that is not the document's own (lists of models)
 * @attr {"light"|"dark"} theme - colours; without it the colour scheme of the page
 * @attr {string} lang - language; without it that of the page
 * @slot - what is shown where scripts do not run: a link with the registry's image badge
 * @fires {CustomEvent<Verdict>} omla-verdict - what a look-up found
 * @csspart badge - the button
 * @csspart mark - the letters OMLA
 * @csspart label - the text of the state
 * @csspart panel - the details
 * @cssprop [--omla-badge-width=18em] - width; fixed, so that the page does not move
 * @cssprop [--omla-badge-font-size=0.75rem] - size of the badge
 * @cssprop [--omla-badge-font=system-ui, sans-serif] - font family
 * @see docs/spec/8-sidecar.md
 */
export class OmlaBadge extends LitElement {
  /** The style sheet of the badge; that of the details comes with them. */
  static override styles: CSSResult = styles;
  static override properties: PropertyDeclarations = {
    src: {},
    model: {},
    registry: {},
    sha256: {},
    page: {},
    theme: { reflect: true },
    lang: { reflect: true },
  };
  /** How badges look up: one for all, made at first use. Set it before the first badge appears to give an own `fetch` or clock. */
  static lookup: Lookup | undefined;
  static #observer: IntersectionObserver | undefined;

  declare src: string | undefined;
  declare model: string | undefined;
  declare registry: string | undefined;
  declare sha256: string | undefined;
  declare page: string | undefined;
  declare theme: "light" | "dark" | undefined;

  #verdict = LOADING;
  #speech: Speech | undefined;
  #panel: BadgePanel | undefined;
  #round = 0;

  /** What the last look-up found. */
  get verdict(): Verdict {
    return this.#verdict;
  }

  /** The state that is shown; also in the attribute of that name, for style sheets. */
  get state(): BadgeState {
    return this.#verdict.state;
  }

  /** The language that is shown. */
  get language(): LanguageCode {
    return this.#speech?.code ?? "en";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#wait();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    OmlaBadge.#observer?.unobserve(this);
  }

  protected override willUpdate(changed: PropertyValues): void {
    const isOtherQuestion = [...changed.keys()].some((name) => name !== "theme" && name !== "lang");
    if (isOtherQuestion) this.#verdict = LOADING; // what was proven was proven of something else
  }

  protected override updated(changed: PropertyValues): void {
    this.setAttribute("state", this.state);
    if (changed.size > 0 || this.#round === 0) this.#wait();
  }

  /** One observer serves all badges of the page. */
  #wait(): void {
    this.#round += 1;
    OmlaBadge.#observer ??= new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting && target instanceof OmlaBadge) void target.#lookUp();
    }, NEAR);
    OmlaBadge.#observer.observe(this);
  }

  async #lookUp(): Promise<void> {
    OmlaBadge.#observer?.unobserve(this);
    const round = ++this.#round;
    const { src, model, registry, sha256, page = location.href, baseURI: base } = this;
    const asked = this.#lookup.lookUp({ src, model, registry, sha256, page, base });
    const speech = await speechFor(this);
    const slow = setTimeout(() => this.#show(round, speech), SLOW_MS);
    const verdict = await asked;
    clearTimeout(slow);
    this.#show(round, speech, verdict);
  }

  /** Shows what was found, unless the attributes have changed meanwhile. */
  #show(round: number, speech: Speech, verdict: Verdict = this.#verdict): void {
    if (round !== this.#round) return;
    this.#speech = speech;
    this.requestUpdate();
    if (verdict === this.#verdict) return;
    this.#verdict = verdict;
    this.dispatchEvent(new CustomEvent("omla-verdict", { detail: verdict, bubbles: true, composed: true }));
  }

  async #open(event: Event): Promise<void> {
    if (this.#panel) return; // from now on the browser itself opens and closes it
    event.preventDefault(); // or it would, with everything loaded already, close at once what this click has opened
    const button = event.currentTarget as HTMLButtonElement;
    const { BadgePanel } = await import("./panel.ts");
    this.#panel ??= new BadgePanel(this, this.#lookup.fetch);
    await this.#panel.open(button);
  }

  get #lookup(): Lookup {
    return ((this.constructor as typeof OmlaBadge).lookup ??= createLookup());
  }

  protected override render(): TemplateResult {
    const { role, icon } = APPEARANCE[this.state];
    const { language } = this;
    return html`<button
        type="button"
        part="badge"
        class=${role}
        lang=${language}
        dir=${directionOf(language)}
        aria-haspopup="dialog"
        aria-expanded=${this.#panel?.isOpen ?? false}
        @click=${this.#open}
      >
        <b part="mark">OMLA</b> <svg viewBox="0 0 16 16" aria-hidden="true"><path d=${ICONS[icon]} /></svg>
        <span part="label">${this.#speech ? labelOf(this.#verdict, this.#speech) : "…"}</span></button
      >${this.#panel?.render()}<slot></slot>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "omla-badge": OmlaBadge;
  }
  interface HTMLElementEventMap {
    "omla-verdict": CustomEvent<Verdict>;
  }
}
