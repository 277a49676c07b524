import { ADDED_FILES } from "./added-files.ts";
import type { Section } from "./case-readers.ts";
import { GIVEN_FILES } from "./given-files.ts";

/** Known files by name. What each case holds is said in `vectors/README.md`. */
export const VECTOR_FILES: Readonly<Record<string, readonly Section[]>> = { ...GIVEN_FILES, ...ADDED_FILES };
