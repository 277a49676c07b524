/** Bounds of one lineage and of the sets of one model. */
export interface LineageLimits {
  /** Registered models of one lineage, the target included. */
  readonly models: number;
  /** Edges on the longest path from the target. */
  readonly depth: number;
  /** Edges of one model, external parents included. */
  readonly parents: number;
  /** Contribution splits of one model. */
  readonly splits: number;
}

/**
 * What the reference registry allows; every function that takes limits takes others as well.
 *
 * @see docs/spec/4-splits.md clause 4.8
 */
export const DEFAULT_LIMITS: LineageLimits = { models: 1000, depth: 128, parents: 32, splits: 64 };

/** Bounds of one report. */
export interface ReportLimits {
  /** Lines of one report, those of its pipelines included. */
  readonly lines: number;
}

export const DEFAULT_REPORT_LIMITS: ReportLimits = { lines: 5000 };
