import { SETTINGS, type Setting } from "../../packages/server-reference/src/settings.ts";
import { table } from "./table.ts";

/** The page of every environment variable that the registry reads. */
export function settingsPage(): string {
  const rows = Object.entries(SETTINGS as Readonly<Record<string, Setting<unknown>>>).map(([name, setting]) => [
    `\`${name}\``,
    defaultOf(setting),
    setting.about,
  ]);
  return [
    "# Environment variables of `omla-server`",
    "",
    "Configuration is environment only. It is read and checked once, at start; every fault is named at once, with what to set.",
    "`omla-server doctor` lists the values in use. This page is made from the code by `npm run docs:reference`.",
    "",
    ...table(["variable", "default", "what it is"], rows),
    "",
  ].join("\n");
}

function defaultOf({ default: value, secret }: Setting<unknown>): string {
  if (secret) return "not set (secret)";
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return "not set";
  if (typeof value === "boolean") return value ? "`on`" : "`off`";
  return `\`${String(value)}\``;
}
