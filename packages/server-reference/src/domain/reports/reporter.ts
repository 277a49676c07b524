/** Who files: a company with a live or a test key. */
export interface Reporter {
  readonly companyId: string;
  readonly live: boolean;
  /** The board member who decided these figures, where the company did not file them by itself. */
  readonly decidedBy?: string;
}
