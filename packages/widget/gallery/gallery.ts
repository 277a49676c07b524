import { html, render, type TemplateResult } from "lit";
import "../src/define.ts";
import { LANGUAGE_CODES } from "../src/languages.ts";
import { OmlaBadge } from "../src/omla-badge.ts";
import type { BadgeState } from "../src/state.ts";
import { type Attributes, STATES } from "./scenarios.ts";
import { createStage, type Stage } from "./stage.ts";

/** What was done to the model, its sidecar or its registry, so that the badge comes to this state. */
const STORIES: Readonly<Record<BadgeState, string>> = {
  registered: "Everything holds; the registry has no report of commercial use.",
  reporting: "Everything holds; use is reported, payment under way.",
  compliant: "Everything holds; use is reported and paid.",
  under_review: "Everything holds; a complaint is open.",
  delinquent: "Everything holds; its own people are late.",
  blacklisted: "Everything holds; the board has listed it.",
  loading: "The hub never sends omla.json.",
  unreadable: "The hub answers a web page instead of omla.json.",
  unsigned: "The signature was taken out of omla.json.",
  mismatch_signature: "The license version was changed after signing.",
  mismatch_key: "The registry knows the model under another key.",
  mismatch_wallet: "omla.json names another wallet than the registry.",
  mismatch_weights: "The page offers weights with another hash.",
  mismatch_location: "omla.json was copied to somebody else's page.",
  claimed: "omla.json names a registry of its own choice.",
  unregistered: "The trusted registry does not know the model.",
  stale: "The registry's answer is from January.",
  unreachable: "The registry does not answer; the page has been visited before.",
};

const THEMES = ["light dark", "light", "dark"] as const;

function badge(attributes: Attributes): OmlaBadge {
  const element = document.createElement("omla-badge");
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function statesPage({ attributes }: Stage): TemplateResult {
  return html`${choices()}
    <ul class="cards">
      ${STATES.map((state) => html`<li data-case=${state}><h2>${state}</h2>${badge(attributes[state])}<p>${STORIES[state]}</p></li>`)}
    </ul>
    <h2>Ten languages</h2>
    <ul class="cards">
      ${LANGUAGE_CODES.map((lang) => html`<li data-case=${lang}><h2>${lang}</h2>${badge({ ...attributes.compliant, lang })}<p>${badge({ ...attributes.mismatch_wallet, lang })}</p></li>`)}
    </ul>`;
}

function choices(): TemplateResult {
  return html`<div class="choices">
    <label
      >Colours
      <select @change=${(event: Event) => document.documentElement.style.setProperty("color-scheme", valueOf(event))}>
        ${THEMES.map((theme) => html`<option value=${theme}>${theme === "light dark" ? "as the system" : theme}</option>`)}
      </select></label
    >
    <label
      >Language
      <select @change=${(event: Event) => speak(valueOf(event))}>
        ${LANGUAGE_CODES.map((code) => html`<option>${code}</option>`)}
      </select></label
    >
  </div>`;
}

function valueOf(event: Event): string {
  return (event.currentTarget as HTMLSelectElement).value;
}

/** Sets the language of the first list; the badges follow their own attribute. */
function speak(lang: string): void {
  for (const element of document.querySelectorAll<OmlaBadge>(".cards:first-of-type omla-badge")) element.lang = lang;
}

/** Fills the tags of an imitated hub page, and its list of models. */
function dressHub({ attributes }: Stage): void {
  for (const element of document.querySelectorAll<OmlaBadge>("omla-badge[data-state]")) {
    const state = element.dataset["state"] as BadgeState;
    for (const [name, value] of Object.entries(attributes[state])) element.setAttribute(name, value);
  }
  const list = document.querySelector<HTMLElement>("[data-list]");
  const others = ["registered", "reporting", "delinquent", "unregistered", "unreachable"] as const;
  if (list)
    render(
      others.map((state) => html`<li><span>meadow/${state.replace("_", "-")}-model</span>${badge(attributes[state])}</li>`),
      list,
    );
}

const stage = await createStage(Date.now);
OmlaBadge.lookup = stage.lookup;
const root = document.querySelector<HTMLElement>("#stage");
if (root) render(statesPage(stage), root);
else dressHub(stage);
