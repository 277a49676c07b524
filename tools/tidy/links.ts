import { posix } from "node:path";
import { type Finding, lineAt } from "./finding.ts";
import { anchorsOf, prose } from "./markdown.ts";
import { hasProjectPath, projectFiles, readProjectFile } from "./source-files.ts";

/** Relative links and images of pages that lead nowhere, to a heading that does not exist, or out of the repository. */
export function findDeadLinks(root: string): Finding[] {
  return projectFiles(root)
    .filter((file) => file.endsWith(".md"))
    .flatMap((file) => pageFaults(root, file));
}

function pageFaults(root: string, file: string): Finding[] {
  const text = prose(readProjectFile(root, file));
  const links = [
    ...text.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g),
    ...text.matchAll(/<(?:a|img)\s[^>]*(?:href|src)="([^"]+)"/g),
  ];
  return links
    .filter((match) => !/^[a-z][a-z+.-]*:/i.test(match[1] ?? ""))
    .flatMap((match) => {
      const message = linkFault(root, file, match[1] ?? "");
      return message === undefined ? [] : [{ file, line: lineAt(text, match.index), message }];
    });
}

function linkFault(root: string, file: string, link: string): string | undefined {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? file : posix.join(posix.dirname(file), decodeURIComponent(path));
  if (target.startsWith("..") || path.startsWith("/")) return `${link} leads out of the repository`;
  if (!hasProjectPath(root, target)) return `${link} leads nowhere`;
  if (anchor === undefined || !target.endsWith(".md")) return undefined;
  return anchorsOf(readProjectFile(root, target)).has(anchor) ? undefined : `${target} has no heading #${anchor}`;
}
