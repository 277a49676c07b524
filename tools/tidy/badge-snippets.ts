import { type Finding, lineAt } from "./finding.ts";
import { hasProjectPath, projectFiles, readProjectFile } from "./source-files.ts";

const ELEMENT = "packages/widget/src/omla-badge.ts";
const EVERY_ELEMENT = new Set(["class", "id", "style", "slot", "dir", "hidden", "title"]);

/** Attributes on `<omla-badge>` in pages and examples that the element does not document. */
export function findBadgeFaults(root: string): Finding[] {
  if (!hasProjectPath(root, ELEMENT)) return [];
  const known = new Set([...readProjectFile(root, ELEMENT).matchAll(/@attr \{[^}]*\} \[?([\w-]+)/g)].map((match) => match[1] ?? ""));
  return projectFiles(root)
    .filter((file) => /\.(md|html)$/.test(file))
    .flatMap((file) => {
      const text = readProjectFile(root, file);
      return [...text.matchAll(/<omla-badge\s+([^>]*)>/g)].flatMap((match) =>
        attributesOf(match[1] ?? "")
          .filter((name) => !known.has(name) && !EVERY_ELEMENT.has(name) && !/^(data|aria)-/.test(name))
          .map((name) => ({ file, line: lineAt(text, match.index), message: `<omla-badge> has no attribute ${name}` })),
      );
    });
}

function attributesOf(tag: string): string[] {
  return [...tag.matchAll(/([^\s=/"']+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"']+))?/g)].map((match) => match[1] ?? "");
}
