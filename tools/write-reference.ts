// Writes the pages of docs/reference that are made from code.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { referencePages } from "./reference/pages.ts";

const root = join(import.meta.dirname, "..");
for (const [file, text] of Object.entries(referencePages(root))) {
  writeFileSync(join(root, file), text);
  process.stdout.write(`${file}\n`);
}
