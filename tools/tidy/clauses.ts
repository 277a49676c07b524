import type { Finding } from "./finding.ts";
import { lineAt } from "./finding.ts";
import { hasProjectPath, isCode, projectFiles, readProjectFile } from "./source-files.ts";

const SPEC = "docs/spec/";
/** `docs/spec/4-splits.md clause 4.3`, `… clauses 4.3, 4.5`, `… clauses 3.5–3.8`. */
const CITATION = /docs\/spec\/([\w.-]+)(?:[)\]]*)\s+clauses?\s+(D?\d[\d.D]*\d?(?:\s*(?:,|and|to|–|-)\s*D?\d[\d.]*\d?)*)/g;
/** `[4.2, 4.3](4-splits.md)` and `[clauses 3.5–3.8](docs/spec/3-identity.md)` on a page. */
const LINKED = /\[(?:clauses? )?((?:D?\d[\d.]*(?:, |–| and )?)+)\]\((?:[\w./-]*\/)?(\d-[\w-]+\.md)[^)]*\)/g;
const CITED_FILE = /docs\/spec\/[\w.-]+/g;

/** Clauses whose numbers are not in order, an index that is not true, and citations in code or text of clauses that do not exist. */
export function findClauseFaults(root: string): Finding[] {
  const files = projectFiles(root);
  const pages = files.filter((file) => file.startsWith(SPEC) && file.endsWith(".md"));
  const clauses = new Map(pages.map((file) => [file, clausesOf(readProjectFile(root, file))]));
  return [
    ...pages.flatMap((file) => orderFaults(file, clauses.get(file) ?? [])),
    ...pages.filter((file) => file.endsWith("/README.md")).flatMap((file) => indexFaults(file, readProjectFile(root, file), clauses)),
    ...files
      .filter((file) => isCode(file) || /\.(md|sql)$/.test(file))
      .flatMap((file) => citationFaults(root, file, readProjectFile(root, file), clauses)),
  ];
}

/** `**4.3**` or `**D4 …**` at the start of a paragraph. */
export function clausesOf(text: string): string[] {
  return [...text.matchAll(/^\*\*(\d+\.\d+|D\d+)\b/gm)].map((match) => match[1] ?? "");
}

function orderFaults(file: string, clauses: readonly string[]): Finding[] {
  const chapter = /\/(\d+)-/.exec(file)?.[1];
  return clauses.flatMap((clause, index) => {
    const expected = clause.startsWith("D") ? `D${index + 1}` : `${chapter}.${index + 1}`;
    return clause === expected
      ? []
      : [{ file, message: `clause ${clause} stands where ${expected} is expected: numbers are in order, without gaps, and never reused` }];
  });
}

/** Each row of the index names a page and its first and last clause. */
function indexFaults(file: string, text: string, clauses: ReadonlyMap<string, readonly string[]>): Finding[] {
  return [...text.matchAll(/^\| \[[^\]]+\]\(([\w.-]+)\) \|[^|]*\| (\S+)–(\S+) \|/gm)].flatMap((match) => {
    const present = clauses.get(`${SPEC}${match[1]}`) ?? [];
    const range = `${present[0]}–${present.at(-1)}`;
    return range === `${match[2]}–${match[3]}`
      ? []
      : [{ file, line: lineAt(text, match.index), message: `${match[1]} holds ${range}, the index says ${match[2]}–${match[3]}` }];
  });
}

function citationFaults(root: string, file: string, text: string, clauses: ReadonlyMap<string, readonly string[]>): Finding[] {
  const missing = [...text.matchAll(CITED_FILE)].filter(([page]) => /\.md$/.test(page) && !hasProjectPath(root, page));
  const cited = [...text.matchAll(CITATION)].map((match) => ({ index: match.index, page: match[1] ?? "", list: match[2] ?? "" }));
  const linked = file.endsWith(".md")
    ? [...text.matchAll(LINKED)].map((match) => ({ index: match.index, page: match[2] ?? "", list: match[1] ?? "" }))
    : [];
  const wrong = [...cited, ...linked].flatMap(({ index, page, list }) =>
    citedClauses(list)
      .filter((clause) => clauses.has(`${SPEC}${page}`) && !clauses.get(`${SPEC}${page}`)?.includes(clause))
      .map((clause) => ({ file, line: lineAt(text, index), message: `${page} has no clause ${clause}` })),
  );
  return [...missing.map((match) => ({ file, line: lineAt(text, match.index), message: `${match[0]} does not exist` })), ...wrong];
}

/** The numbers in "4.3, 4.5 and 3.5–3.8"; of a range, its ends. */
function citedClauses(list: string): string[] {
  return [...list.matchAll(/D\d+|\d+\.\d+/g)].map(([clause]) => clause);
}
