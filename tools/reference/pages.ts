import { codesPage } from "./codes-page.ts";
import { settingsPage } from "./settings-page.ts";

/** The pages that are made from code, and what each must hold. */
export function referencePages(root: string): Readonly<Record<string, string>> {
  return {
    "docs/reference/codes.md": codesPage(root),
    "docs/reference/environment.md": settingsPage(),
  };
}
