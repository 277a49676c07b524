import type { IndexOfEntries, Match, Subject } from "./index-of-entries.ts";

export const SUBJECT_NAMES: readonly (keyof Subject)[] = [
  "model",
  "model_id",
  "address",
  "sha256",
  "commercial_user_id",
  "domain",
  "location",
];

/**
 * What a subject hits; where reading one of its names throws, what its other names hit.
 *
 * @returns undefined where a name could not be read and no other hits
 */
export function search(index: IndexOfEntries, subject: Subject): readonly Match[] | undefined {
  try {
    return index.find(subject);
  } catch {
    const found = new Map(SUBJECT_NAMES.flatMap((name) => searchOne(index, subject, name)).map((match) => [match.kind + match.id, match]));
    return found.size > 0 ? [...found.values()] : undefined;
  }
}

/** A getter that decodes what a stranger sent throws where that cannot be decoded. */
function searchOne(index: IndexOfEntries, subject: Subject, name: keyof Subject): readonly Match[] {
  try {
    return index.find({ [name]: subject[name] });
  } catch {
    return [];
  }
}
