import { join } from "node:path";

/** The repository itself. */
export const PROJECT: string = join(import.meta.dirname, "../..");
