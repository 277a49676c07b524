/** What of a case is in people's own words; `answer` and `resolution` as far as it has them. */
interface Words {
  readonly description?: string;
  readonly answer?: string | null;
  readonly resolution: string | null;
  readonly evidence: readonly object[];
}

/** A case as a repeated request reads it: what is remembered of an answer would outlive an erasure, so no words are kept in it. */
export function withoutWords<Case extends Words>(answer: Case): Case {
  return {
    ...answer,
    ...(answer.description === undefined ? {} : { description: "" }),
    ...(answer.answer === undefined ? {} : { answer: null }),
    resolution: null,
    evidence: answer.evidence.map((file) => ("name" in file ? { ...file, name: null } : file)),
  };
}
