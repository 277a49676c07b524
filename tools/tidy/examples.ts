import type { Finding } from "./finding.ts";
import { isCode, projectFiles, readProjectFile } from "./source-files.ts";

/** An example is read in one go. */
export const EXAMPLE_MAX_LINES = 80;

/** Folders of `examples/` that no test runs, and files of theirs that are too long to be read in one go. */
export function findExampleFaults(root: string): Finding[] {
  const files = projectFiles(root).filter((file) => file.startsWith("examples/"));
  const folders = [...new Set(files.filter((file) => file.split("/").length > 2).map((file) => file.split("/").slice(0, 2).join("/")))];
  const isTest = (file: string): boolean => file.endsWith(".test.ts");
  return [
    ...folders
      .filter((folder) => !files.some((file) => file.startsWith(`${folder}/`) && isTest(file)))
      .map((file) => ({ file, message: "has no test that runs it" })),
    ...files
      .filter((file) => (isCode(file) || file.endsWith(".html")) && !isTest(file))
      .map((file) => ({ file, lines: readProjectFile(root, file).trimEnd().split("\n").length }))
      .filter(({ lines }) => lines > EXAMPLE_MAX_LINES)
      .map(({ file, lines }) => ({ file, message: `${lines} lines, at most ${EXAMPLE_MAX_LINES}: an example is read in one go` })),
  ];
}
