import {
  type CheckResult,
  checkSidecar,
  type OmlaError,
  type SidecarCheckName,
  type SidecarRecord,
  type SidecarVerdict,
} from "@omla/sdk/protocol";
import { html, nothing, render, type TemplateResult } from "lit";

const TITLES: Readonly<Record<SidecarVerdict["verdict"], string>> = {
  verified: "Verified: everything that was asked holds.",
  refuted: "Refuted: something contradicts.",
  unproven: "Unproven: nothing contradicts, but not everything could be shown.",
};

const CHECKS: Readonly<Record<SidecarCheckName, string>> = {
  document: "Form of the file",
  signature: "Signature",
  registry: "This registry answers",
  registration: "The model is registered here",
  model: "Same model",
  key: "Same key",
  wallet: "Same wallet",
  location: "The page is among the locations",
  weights: "The weights are among the hashes",
};

const RESULTS: Readonly<Record<CheckResult, string>> = { holds: "holds", fails: "fails", open: "not checked" };

/** What this page's own registry says of the model that the text names; undefined where it names none, or the registry does not answer. */
async function findRecord(text: string): Promise<SidecarRecord | null | undefined> {
  try {
    const { model_id } = JSON.parse(text) as { model_id?: unknown };
    const body = JSON.stringify({ ids: [model_id] });
    const response = await fetch("/rest/v1/rpc/verify_many", { method: "POST", headers: { "content-type": "application/json" }, body });
    const [record] = (await response.json()) as (SidecarRecord | undefined)[];
    return record?.registered ? record : response.ok ? null : undefined;
  } catch {
    return undefined;
  }
}

async function check(form: HTMLFormElement): Promise<SidecarVerdict> {
  const fields = new FormData(form);
  const field = (name: string): string => String(fields.get(name) ?? "").trim();
  const [text, location, sha256] = [field("text"), field("location"), field("sha256").toLowerCase()];
  return checkSidecar(text, {
    record: await findRecord(text),
    ...(location && { location }),
    ...(sha256 && { sha256: sha256.split(/\s+/) }),
  });
}

function report({ verdict, checks, faults, digest }: SidecarVerdict): TemplateResult {
  const rows = Object.entries(CHECKS).map(([name, title]) => {
    const result = checks[name as SidecarCheckName];
    return html`<tr data-result=${result}><th scope="row">${title}</th><td>${RESULTS[result]}</td></tr>`;
  });
  return html`<h2 data-verdict=${verdict}>${TITLES[verdict]}</h2>
    <table>
      <tbody>${rows}</tbody>
    </table>
    <ul>${faults.map(fault)}</ul>
    ${digest === null ? nothing : html`<p>Digest of what was signed: <code>${digest}</code></p>`}`;
}

function fault({ code, path, message, hint }: OmlaError): TemplateResult {
  return html`<li><code>${code}</code>${path === undefined ? nothing : html` at <code>${path}</code>`}: ${message}. ${hint ?? nothing}</li>`;
}

const form = document.querySelector<HTMLFormElement>("#form");
const output = document.querySelector<HTMLElement>("#report");
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  void check(form).then((verdict) => output && render(report(verdict), output));
});
