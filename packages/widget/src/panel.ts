import { nothing, type TemplateResult } from "lit";
import type { Fetch } from "./fetch-text.ts";
import { loadLanguage } from "./languages.ts";
import { panelBody } from "./panel-body.ts";
import { loadPanelData, type PanelData } from "./panel-data.ts";
import { panelStyles } from "./panel.styles.ts";
import { placeBeside } from "./place.ts";
import type { Language, LanguageCode } from "./speech.ts";
import type { Verdict } from "./verdict.ts";

/** What the panel needs of its badge. */
export interface PanelHost {
  readonly verdict: Verdict;
  readonly language: LanguageCode;
  readonly renderRoot: HTMLElement | DocumentFragment;
  readonly updateComplete: Promise<boolean>;
  requestUpdate(): void;
}

interface Texts extends Language {
  readonly code: LanguageCode;
}

/** The details of one badge: a popover in the top layer, opened and closed by the browser itself once it was shown. */
export class BadgePanel {
  readonly #host: PanelHost;
  readonly #fetch: Fetch;
  #texts: Texts | undefined;
  #data: PanelData | undefined;
  #loadedFor: Verdict | undefined;
  #isOpen = false;
  #isCopied = false;

  constructor(host: PanelHost, fetch: Fetch) {
    this.#host = host;
    this.#fetch = fetch;
    const { styleSheet } = panelStyles;
    const root = host.renderRoot as ShadowRoot;
    if (styleSheet) root.adoptedStyleSheets = [...root.adoptedStyleSheets, styleSheet];
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Opens for the first time and ties the button to the panel, so that the browser does it from now on. */
  async open(button: HTMLButtonElement): Promise<void> {
    await this.#speak();
    await this.#host.updateComplete;
    const panel = this.#find(".panel");
    if (!panel) return;
    button.popoverTargetElement = panel;
    panel.showPopover();
  }

  render(): TemplateResult | typeof nothing {
    const { verdict } = this.#host;
    if (!this.#texts) return nothing;
    if (this.#isOpen) void this.#load();
    if (this.#texts.code !== this.#host.language) void this.#speak();
    return panelBody({
      ...this.#texts,
      verdict,
      data: this.#loadedFor === verdict ? this.#data : undefined,
      isCopied: this.#isCopied,
      onToggle: this.#onToggle,
      onBeforeToggle: this.#onBeforeToggle,
      onClose: () => this.#find(".panel")?.hidePopover(),
      onCopy: () => void this.#copy(),
    });
  }

  readonly #onToggle = (event: ToggleEvent): void => {
    this.#isOpen = event.newState === "open";
    this.#isCopied = false;
    const listen = this.#isOpen ? addEventListener : removeEventListener;
    for (const name of ["scroll", "resize"]) listen(name, this.#place, true);
    this.#place();
    this.#host.requestUpdate();
  };

  /** Whoever was inside the panel goes back to the badge; whoever has gone on elsewhere is left alone. */
  readonly #onBeforeToggle = (event: ToggleEvent): void => {
    if (event.newState === "closed" && this.#find(":focus")?.closest(".panel")) this.#find("button")?.focus();
  };

  readonly #place = (): void => {
    const [panel, button] = [this.#find(".panel"), this.#find("button")];
    if (this.#isOpen && panel && button) placeBeside(panel, button);
  };

  async #speak(): Promise<void> {
    const code = this.#host.language;
    const language = await loadLanguage(code);
    this.#texts = { ...language, code };
    this.#host.requestUpdate();
  }

  async #load(): Promise<void> {
    const { verdict } = this.#host;
    const { record, registry } = verdict;
    if (this.#loadedFor === verdict) return;
    this.#loadedFor = verdict;
    this.#data = record && registry ? await loadPanelData(this.#fetch, registry, record) : undefined;
    this.#host.requestUpdate();
    await this.#host.updateComplete;
    this.#place();
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.#host.verdict.record?.address ?? "");
      this.#isCopied = true;
      this.#host.requestUpdate();
    } catch {
      const wallet = this.#find("code"); // where the browser forbids it, the visitor copies what is selected
      if (wallet) getSelection()?.selectAllChildren(wallet);
    }
  }

  #find(selector: string): HTMLElement | null {
    return (this.#host.renderRoot as ShadowRoot).querySelector<HTMLElement>(selector);
  }
}
