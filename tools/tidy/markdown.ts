import { lineAt } from "./finding.ts";

/** A code block of a page. */
export interface Fence {
  /** The first word behind the backticks. */
  readonly language: string;
  /** The words after it. */
  readonly marks: readonly string[];
  readonly text: string;
  /** The line of its first line of code, from 1. */
  readonly line: number;
}

/** The code blocks of a page, in order. */
export function fencesOf(markdown: string): Fence[] {
  return [...markdown.matchAll(/^( *)(```+)([^\n`]*)\n([\s\S]*?)^ *\2 *$/gm)].map((match) => {
    const [language = "", ...marks] = (match[3] ?? "").trim().split(/\s+/);
    const indent = new RegExp(`^ {0,${match[1]?.length ?? 0}}`, "gm");
    return { language, marks, text: (match[4] ?? "").replace(indent, ""), line: lineAt(markdown, match.index) + 1 };
  });
}

/** The page without its code blocks and code spans, line numbers kept. */
export function prose(markdown: string): string {
  const blank = (text: string): string => text.replace(/[^\n]/g, " ");
  return markdown.replace(/^( *)(```+)[^\n]*\n[\s\S]*?^ *\2 *$/gm, blank).replace(/(`+)[^`\n][^\n]*?\1/g, blank);
}

/** The anchors that a hub makes of headings. */
export function anchorsOf(markdown: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = [...markdown.matchAll(/^#{1,6} +(.+?) *#*$/gm)].map((match) => {
    const slug = (match[1] ?? "")
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replace(/[`*]/g, "")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- _]/gu, "")
      .replaceAll(" ", "-");
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
  return new Set(anchors);
}
