import type { Finding } from "./finding.ts";
import { hasProjectPath, projectFiles } from "./source-files.ts";

const REQUIRED = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "LICENSE",
  "package.json",
  "pnpm-workspace.yaml",
  "pnpm-lock.yaml",
  "tsconfig.base.json",
  ".ci/run",
  ".changeset/config.json",
  ".github/workflows/ci.yml",
  ".github/workflows/release.yml",
  "vectors/README.md",
  "docs/README.md",
  "docs/spec/README.md",
  "docs/spec/1-decisions.md",
  "examples",
  "bench",
  "tools",
  ...["sdk", "verifier", "widget", "server-reference"].flatMap((name) =>
    ["README.md", "package.json", "src", "test"].map((path) => `packages/${name}/${path}`),
  ),
  "packages/sdk/src/protocol/README.md",
];
const TOP_FOLDERS = new Set([".changeset", ".ci", ".github", "bench", "docs", "examples", "packages", "tools", "vectors"]);

/** What the layout promises and the tree lacks, and top-level folders that the layout does not know. */
export function findLayoutFaults(root: string): Finding[] {
  const folders = new Set(projectFiles(root).flatMap((file) => (file.includes("/") ? [file.slice(0, file.indexOf("/"))] : [])));
  return [
    ...REQUIRED.filter((path) => !hasProjectPath(root, path)).map((file) => ({ file, message: "is missing" })),
    ...[...folders]
      .filter((folder) => !TOP_FOLDERS.has(folder))
      .map((file) => ({ file, message: "is a top-level folder that the layout does not know" })),
  ];
}
