import { type Html, html } from "./html.ts";

const LINKS: readonly (readonly [string, string])[] = [
  ["/", "Start"],
  ["/badges", "Badges"],
  ["/docs", "API"],
  ["/api/blacklist.json", "Blacklist"],
  ["/stats", "Figures"],
];

/** The frame of every page: no inline script and no inline style, so that the strict policy holds. */
export function layout(title: string, body: Html, scripts: readonly string[] = []): string {
  const links = LINKS.map(([href, text]) => html`<a href="${href}">${text}</a>`);
  const tags = scripts.map((src) => html`<script type="module" src="${src}"></script>`);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="/assets/registry.css">
<link rel="icon" href="data:,">
${tags}
</head>
<body>
<header><strong>OMLA registry</strong><nav aria-label="Registry">${links}</nav></header>
<main>
${body}
</main>
<footer>Open Model Licensing Association · the license, the registry and the payout, nothing else.</footer>
</body>
</html>
`.markup;
}
