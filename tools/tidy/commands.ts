import ts from "typescript";
import type { Finding } from "./finding.ts";
import { type Fence, fencesOf } from "./markdown.ts";
import { isCode, projectFiles, readProjectFile } from "./source-files.ts";

/** Our own commands, and the folder whose table `COMMANDS` names the subcommands of each. */
const COMMANDS: Readonly<Record<string, string>> = {
  omla: "packages/sdk/src/cli/",
  "omla-verifier": "packages/verifier/src/cli/",
  "omla-server": "packages/server-reference/src/cli/",
};
const SHELLS = new Set(["sh", "bash", "shell", "console"]);
const NPM_BUILT_IN = new Set(["install", "i", "ci", "init", "exec", "pack", "publish", "view"]);

/** Commands in the shell blocks of pages that do not exist: npm scripts, subcommands of ours, scripts run by node, programs run by npx. */
export function findCommandFaults(root: string): Finding[] {
  const files = projectFiles(root);
  const known = knownCommands(root, files);
  return files
    .filter((file) => file.endsWith(".md"))
    .flatMap((file) =>
      fencesOf(readProjectFile(root, file))
        .filter(({ language }) => SHELLS.has(language))
        .flatMap((fence) => fenceFaults(file, fence, known)),
    );
}

interface KnownCommands {
  readonly scripts: ReadonlySet<string>;
  readonly subcommands: ReadonlyMap<string, ReadonlySet<string>>;
  readonly files: ReadonlySet<string>;
  readonly programs: ReadonlySet<string>;
}

function knownCommands(root: string, files: readonly string[]): KnownCommands {
  const manifest = JSON.parse(readProjectFile(root, "package.json")) as { scripts?: object; devDependencies?: object };
  return {
    scripts: new Set(Object.keys(manifest.scripts ?? {})),
    subcommands: new Map(
      Object.entries(COMMANDS).map(([name, folder]) => {
        const tables = files.filter((file) => isCode(file) && file.startsWith(folder));
        return [name, new Set(tables.flatMap((file) => commandNames(file, readProjectFile(root, file))))];
      }),
    ),
    files: new Set(files),
    programs: new Set([...Object.keys(COMMANDS), ...Object.keys(manifest.devDependencies ?? {})]),
  };
}

/** The keys of `const COMMANDS = { … }`. */
function commandNames(file: string, text: string): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.name.text === "COMMANDS" && node.initializer !== undefined) {
      if (ts.isObjectLiteralExpression(node.initializer))
        names.push(...node.initializer.properties.map((property) => property.name?.getText().replace(/["']/g, "") ?? ""));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return names;
}

function fenceFaults(file: string, fence: Fence, known: KnownCommands): Finding[] {
  const lines = fence.text.replace(/\\\n\s*/g, (joined) => " ".repeat(joined.length)).split("\n");
  return lines.flatMap((text, index) =>
    text
      .replace(/(^|\s)#.*$/, "")
      .split(/&&|\|\|?|;/)
      .map((command) =>
        commandFault(
          command
            .trim()
            .replace(/^(\$ |(\w+=(\$\([^)]*\)|\S*)\s+)+|exec |sudo )+/, "")
            .split(/\s+/),
          known,
        ),
      )
      .filter((message) => message !== undefined)
      .map((message) => ({ file, line: fence.line + index, message })),
  );
}

function commandFault([program = "", ...args]: string[], known: KnownCommands): string | undefined {
  if (program === "npm") return npmFault(args, known);
  if (program === "npx") {
    const [name = "", ...rest] = args.filter((arg) => !arg.startsWith("-"));
    const bare = name.replace(/^@omla\/\w+$/, "omla").replace(/(?<=.)@[^@/]*$/, "");
    return known.programs.has(bare) ? subcommandFault(bare, rest, known) : `npx ${name}: the project does not have it`;
  }
  if (program === "node") return nodeFault(args, known);
  return subcommandFault(program, args, known);
}

function npmFault(args: readonly string[], known: KnownCommands): string | undefined {
  const words = args.filter((arg) => !arg.startsWith("-") || arg === "--");
  const script = words[0] === "run" ? words[1] : words[0];
  if (script === undefined || (words[0] !== "run" && NPM_BUILT_IN.has(script))) return undefined;
  if (!known.scripts.has(script)) return `npm run ${script}: package.json has no such script`;
  const rest = words.indexOf("--");
  return rest < 0 ? undefined : subcommandFault(script, words.slice(rest + 1), known);
}

function nodeFault(args: readonly string[], known: KnownCommands): string | undefined {
  const script = args.find((arg) => !arg.startsWith("-"));
  if (script === undefined || !/\.[mc]?[jt]s$/.test(script) || !/^(\.\/)?(tools|examples|bench|packages)\//.test(script)) return undefined;
  return known.files.has(script.replace(/^\.\//, "")) ? undefined : `node ${script}: there is no such file`;
}

function subcommandFault(program: string, [subcommand]: readonly string[], known: KnownCommands): string | undefined {
  const subcommands = known.subcommands.get(program);
  if (subcommands === undefined || subcommand === undefined || subcommand.startsWith("-")) return undefined;
  return subcommands.has(subcommand) ? undefined : `${program} ${subcommand}: there is no such command`;
}
