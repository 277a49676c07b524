/** Who files: a company with a live or a test key. */
export interface Reporter {
  readonly companyId: string;
  readonly live: boolean;
}
