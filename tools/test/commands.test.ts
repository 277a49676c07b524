import { expect, test } from "vitest";
import { findCommandFaults } from "../tidy/commands.ts";
import { formatFindings } from "../tidy/finding.ts";
import { plantFolder } from "./planted-folder.ts";
import { PROJECT } from "./project.ts";

const project = {
  "package.json": JSON.stringify({ scripts: { test: "", omla: "", bench: "" }, devDependencies: { vitest: "1.0.0" } }),
  "packages/sdk/src/cli/commands.ts": "export const COMMANDS: Record<string, Command> = { report, blacklist };",
  "packages/sdk/src/cli/reprot.ts": "",
  "packages/server-reference/src/cli/run.ts": 'const COMMANDS = { start: 1, "publish-blacklist": 2 };',
  "examples/a/main.ts": "",
};
const messages = (...lines: string[]): string[] => {
  const root = plantFolder({ ...project, "README.md": ["```sh", ...lines, "```", ""].join("\n") });
  return findCommandFaults(root).map(({ line, message }) => `${line} ${message}`);
};

test("every command on every page exists", () => {
  expect(formatFindings(findCommandFaults(PROJECT))).toBe("");
});

test("finds scripts, subcommands, programs and files that do not exist", () => {
  expect(
    messages(
      "npm test",
      "npm run tset",
      "npm run omla -- reprot a.json",
      "omla-server strat --demo",
      "npx cowsay",
      "cd x && node examples/b/main.ts",
      "npx omla verfy omla.json",
    ),
  ).toEqual([
    "3 npm run tset: package.json has no such script",
    "4 omla reprot: there is no such command",
    "5 omla-server strat: there is no such command",
    "6 npx cowsay: the project does not have it",
    "7 node examples/b/main.ts: there is no such file",
    "8 omla verfy: there is no such command",
  ]);
});

test("lets commands that exist pass, with variables, options, pipes, comments and broken lines", () => {
  expect(
    messages(
      "npm install @omla/sdk",
      "npm test # not: npm run tset",
      "OMLA_API_KEY=$(cat key) omla report \\",
      "  --json a.json | jq .",
      "npm run --silent omla -- report a.json",
      "npx vitest run",
      "omla --help",
      "omla-server publish-blacklist",
      "node examples/a/main.ts",
      "curl -s https://registry.example/healthz",
    ),
  ).toEqual([]);
});
