/** Markup that is safe to put into a page: only {@link html} makes it. */
export interface Html {
  readonly markup: string;
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** A template whose values are escaped, save those that are markup already. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | number | Html | readonly Html[])[]): Html {
  let markup = parts[0] ?? "";
  values.forEach((value, index) => {
    markup += render(value) + (parts[index + 1] ?? "");
  });
  return { markup };
}

function render(value: string | number | Html | readonly Html[]): string {
  if (typeof value === "string") return value.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
  if (typeof value === "number") return String(value);
  return "markup" in value ? value.markup : value.map(({ markup }) => markup).join("\n");
}
