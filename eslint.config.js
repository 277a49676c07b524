import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import ts from "typescript-eslint";

const sources = ["packages/*/src/**/*.ts", "packages/server-reference/console/**/*.ts"];
const tests = ["packages/*/test/**/*.ts", "examples/**/*.ts", "bench/**/*.ts", "tools/**/*.ts", "vitest.config.ts"];
/** What must run unchanged in a browser, in Deno, Bun and Workers. */
const isomorphic = [
  "packages/sdk/src/{protocol,client,conformance}/**/*.ts",
  "packages/sdk/src/index.ts",
  "packages/widget/src/**/*.ts",
  "packages/verifier/src/adapters/fetch.ts",
];
const nodeGlobals = [
  "process",
  "Buffer",
  "global",
  "require",
  "module",
  "exports",
  "__dirname",
  "__filename",
  "setImmediate",
  "clearImmediate",
];
const scriptGlobals = [
  "process",
  "console",
  "URL",
  "fetch",
  "setTimeout",
  "clearTimeout",
  "SharedArrayBuffer",
  "Atomics",
  "document",
  "customElements",
  "Response",
];
const configFiles = [
  "*.config.{js,ts,mjs}",
  "packages/*/*.config.{js,ts,mjs}",
  "tools/public-vectors.ts",
  "tools/count-reporter.ts",
  "packages/server-reference/test/helpers/postgres.ts",
];

const noDefaultExport = {
  selector: "ExportDefaultDeclaration",
  message: "Export by name, so that an import and a search find one name for one thing.",
};
const noExportAll = { selector: "ExportAllDeclaration", message: "List the exports by name." };
const noDefaultReexport = { selector: "ExportSpecifier[exported.name='default']", message: noDefaultExport.message };
const noHeavyZod = {
  selector: "ImportDeclaration[source.value='zod'] ImportSpecifier[imported.name='z']",
  message: 'Write `import * as z from "zod"`: the named import costs 92 kB in esbuild bundles.',
};
/** A place that must be named and is not needed is named `_`. */
const unusedButNamed = {
  argsIgnorePattern: "^_+$",
  varsIgnorePattern: "^_+$",
  destructuredArrayIgnorePattern: "^_+$",
  ignoreRestSiblings: true,
};
const shipped = [noDefaultExport, noDefaultReexport, noExportAll, noHeavyZod];
const noUnsafeTemplate = {
  selector: ":matches(Identifier, ImportSpecifier)[name=/^unsafe(HTML|SVG|MathML|Static|CSS)$/]",
  message: "Lit's unsafe directives turn a model's name into markup. Bind text.",
};
const noMarkupSink = {
  selector:
    ":matches(AssignmentExpression[left.property.name=/^(inner|outer)HTML$|^srcdoc$/], CallExpression[callee.property.name=/^(insertAdjacentHTML|setHTMLUnsafe|write)$/][callee.object.name!='stdout'])",
  message: "Build nodes or bind text; no markup from strings.",
};

export default defineConfig(
  {
    ignores: [
      "**/dist/**",
      "**/node_modules/**",
      "docs/**",
      "coverage/**",
      "**/*.d.ts",
      "bench/results/**",
      "omla-data/**",
      "test-results/**",
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.{js,mjs}"],
    extends: [js.configs.recommended],
    languageOptions: { globals: Object.fromEntries(scriptGlobals.map((name) => [name, "readonly"])) },
  },
  {
    files: sources,
    extends: [js.configs.recommended, ts.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "separate-type-imports" }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      // What callers without types may send is checked although its type says that it cannot be.
      "@typescript-eslint/no-unnecessary-condition": "off",
      "@typescript-eslint/no-unnecessary-type-conversion": "off",
      "@typescript-eslint/no-unnecessary-boolean-literal-compare": "off",
      // Control characters are looked for in order to refuse them.
      "no-control-regex": "off",
      // Numbers and bigints read well in templates; objects do not.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      // `await` on what may be a promise, and async functions that answer at once to keep one shape, are both meant.
      "@typescript-eslint/require-await": "off",
      // Arrow functions that hand on a void call are short and clear.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "no-restricted-syntax": ["error", ...shipped],
      "no-console": "error",
      // `!= null` means neither null nor undefined.
      eqeqeq: ["error", "always", { null: "ignore" }],
      "@typescript-eslint/no-unused-vars": ["error", unusedButNamed],
    },
  },
  {
    files: ["packages/*/src/cli/**/*.ts", "packages/*/src/bin/**/*.ts"],
    rules: { "no-console": "off" },
  },
  {
    files: isomorphic,
    ignores: ["packages/sdk/src/conformance/node.ts"],
    rules: {
      "no-restricted-globals": [
        "error",
        ...nodeGlobals.map((name) => ({ name, message: "Not every runtime has it: pass it as an argument." })),
      ],
      "no-restricted-imports": [
        "error",
        {
          patterns: [{ group: ["node:*", "fs", "path", "crypto", "util", "buffer", "stream"], message: "Not every runtime has it." }],
        },
      ],
    },
  },
  {
    // The ground floor: no I/O, no clock, no chance except what is handed in.
    files: ["packages/sdk/src/protocol/**/*.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        ...shipped,
        { selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']", message: "The clock is an argument." },
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: "The clock is an argument." },
        { selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']", message: "Chance is an argument." },
        { selector: "CallExpression[callee.name='fetch']", message: "The protocol does no I/O." },
      ],
    },
  },
  {
    files: ["packages/widget/src/**/*.ts", "packages/server-reference/console/**/*.ts"],
    rules: {
      "no-restricted-syntax": ["error", ...shipped, noUnsafeTemplate, noMarkupSink],
      "no-eval": "error",
      "no-implied-eval": "off",
      "@typescript-eslint/no-implied-eval": "error",
      // Lit calls unbound event handlers with the element as `this`.
      "@typescript-eslint/unbound-method": "off",
    },
  },
  {
    files: tests,
    extends: [js.configs.recommended, ts.configs.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: false }],
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unused-expressions": "error",
      "@typescript-eslint/no-unused-vars": ["error", unusedButNamed],
      // Hostile values are written down as they are.
      "no-sparse-arrays": "off",
      "no-control-regex": "off",
      "no-restricted-syntax": ["error", noDefaultExport, noExportAll],
    },
  },
  { files: configFiles, rules: { "no-restricted-syntax": "off" } },
);
