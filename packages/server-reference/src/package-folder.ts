import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this package, wherever the running file stands in it: source, bundle or chunk. */
export function packageFolder(): string {
  return packageFolderOf(dirname(fileURLToPath(import.meta.url)));
}

function packageFolderOf(folder: string): string {
  if (existsSync(join(folder, "package.json"))) return folder;
  return packageFolderOf(dirname(folder));
}
