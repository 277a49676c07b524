import { StripeFault } from "./state.ts";

/** Parameters of a request, nested as their names say: `metadata[order]`, `line_items[0][quantity]`. */
export interface Form {
  readonly [name: string]: string | Form;
}

export function decodeForm(text: string): Form {
  const form: Record<string, string | Form> = {};
  for (const [name, value] of new URLSearchParams(text)) assign(form, pathOf(name), value);
  return form;
}

function pathOf(name: string): string[] {
  const [head = "", ...rest] = name.split("[");
  return [head, ...rest.map((part) => part.replace(/\]$/, ""))];
}

function assign(target: Record<string, string | Form>, [head = "", ...rest]: string[], value: string): void {
  if (rest.length === 0) target[head] = value;
  else {
    target[head] ??= {};
    assign(target[head] as Record<string, string | Form>, rest, value);
  }
}

/** The text of a parameter; refused where it is needed and missing. */
export function textOf(form: Form, name: string): string {
  const value = form[name];
  if (typeof value === "string" && value !== "") return value;
  throw new StripeFault(400, "invalid_request_error", `Missing required param: ${name}.`, "parameter_missing", name);
}

export function integerOf(form: Form, name: string): number {
  const text = textOf(form, name);
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw new StripeFault(400, "invalid_request_error", `Invalid integer: ${text}`, "parameter_invalid_integer", name);
}

export function partOf(form: Form, name: string): Form {
  const value = form[name];
  return typeof value === "object" ? value : {};
}

export function optionalText(form: Form, name: string): string | null {
  const value = form[name];
  return typeof value === "string" ? value : null;
}

/** Stripe refuses what it does not know. */
export function onlyKnown(form: Form, known: readonly string[]): void {
  for (const name of Object.keys(form)) {
    if (!known.includes(name))
      throw new StripeFault(400, "invalid_request_error", `Received unknown parameter: ${name}`, "parameter_unknown", name);
  }
}
