/** What the breach of a constraint means to the caller. */
export interface ConstraintCode {
  readonly code: string;
  readonly status: 404 | 409 | 422;
  readonly message: string;
  readonly hint: string;
}

export interface CodeRow {
  readonly status: ConstraintCode["status"];
  readonly message: string;
  readonly hint: string;
  /** Names, separated by white space. */
  readonly constraints: string;
}

/** Said where a field is at fault. */
export const FIX_FIELD = "Compare the field with its schema under /schemas.";
