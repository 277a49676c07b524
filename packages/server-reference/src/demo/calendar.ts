import { previousQuarter, quarterEnd, quarterOf, quarterStart } from "@omla/sdk/protocol";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** From the end of the reported quarter to the end of the story. */
const STORY_DAYS = 142;

/** The moments of one quarter's story. */
export interface Calendar {
  readonly quarter: string;
  readonly registered: Date;
  readonly reported: Date;
  /** Three days after the deadline. */
  readonly overdue: Date;
  /** Ninety days after the deadline have passed. */
  readonly blacklisted: Date;
  readonly weekLater: Date;
  readonly noticeOver: Date;
}

export function calendarOf(quarter: string): Calendar {
  const after = (days: number, hours = 0): Date => new Date(quarterEnd(quarter).getTime() + days * DAY_MS + hours * HOUR_MS);
  return {
    quarter,
    registered: new Date(quarterStart(quarter).getTime() - 20 * DAY_MS),
    reported: after(7, 9),
    overdue: after(40),
    blacklisted: after(128),
    weekLater: after(135),
    noticeOver: after(STORY_DAYS),
  };
}

/** The newest quarter whose whole story lies in the past. */
export function newestFinishedQuarter(now: Date): string {
  let quarter = quarterOf(now);
  while (quarterEnd(quarter).getTime() + STORY_DAYS * DAY_MS > now.getTime()) quarter = previousQuarter(quarter);
  return quarter;
}
