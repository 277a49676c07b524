import type { AppContext } from "../context.ts";
import { auditsOverdue } from "./audits-overdue.ts";
import { checkServedListJob } from "./check-served-list.ts";
import { cleanUp } from "./clean-up.ts";
import { clearPaymentsJob } from "./clear-payments.ts";
import { completeKeyRotations } from "./complete-key-rotations.ts";
import { complianceTick } from "./compliance-tick.ts";
import { lapseComplaints } from "./lapse-complaints.ts";
import { deliverWebhooksJob } from "./deliver-webhooks.ts";
import { pruneRailEventsJob } from "./prune-rail-events.ts";
import { publishHeartbeat } from "./publish-heartbeat.ts";
import { notifyComplaintsJob } from "./notify-complaints.ts";
import { publishWhenDue } from "./publish-when-due.ts";
import { reconcileLedgerJob } from "./reconcile-ledger.ts";
import { remindOfDeadlinesJob } from "./remind-of-deadlines.ts";
import { reviewFxDriftJob } from "./review-fx-drift.ts";
import { settleRailEventsJob } from "./settle-rail-events.ts";
import { quarterlyPayout } from "./quarterly-payout.ts";
import { refreshStats } from "./refresh-stats.ts";
import { tellListedJob } from "./tell-listed.ts";
import { tellPayeesJob } from "./tell-payees.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
/** The first Monday of 1970, from which weeks are counted. */
const MONDAY_MS = 4 * DAY_MS;

/** One job: how often, from which moment counted, and what it does. Each may be run at any time by hand. */
export interface ScheduledJob {
  readonly everyMs: number;
  readonly offsetMs: number;
  readonly about: string;
  run(ctx: AppContext): Promise<unknown>;
}

export const SCHEDULE = {
  "compliance-tick": {
    everyMs: WEEK_MS,
    offsetMs: MONDAY_MS + 6 * HOUR_MS,
    about: "Mondays at 6:00 UTC: one compliance step for everybody",
    run: complianceTick,
  },
  "tell-listed": {
    everyMs: HOUR_MS,
    offsetMs: 0,
    about: "hourly: tells subjects of their blacklisting, where that failed before",
    run: tellListedJob,
  },
  "tell-payees": {
    everyMs: HOUR_MS,
    offsetMs: 45 * 60_000,
    about: "hourly: tells payees of finished payouts what was paid and what waits, once each",
    run: tellPayeesJob,
  },
  "notify-complaints": {
    everyMs: HOUR_MS,
    offsetMs: 15 * 60_000,
    about: "hourly: tells holders of complaints about them",
    run: notifyComplaintsJob,
  },
  "remind-of-deadlines": {
    everyMs: HOUR_MS,
    offsetMs: 30 * 60_000,
    about: "hourly: reminds of deadlines that are 14, 7 or 1 days away, once each",
    run: remindOfDeadlinesJob,
  },
  "publish-blacklist": {
    everyMs: HOUR_MS,
    offsetMs: 5 * 60_000,
    about: "hourly: publishes the weekly list once it is due",
    run: publishWhenDue,
  },
  "publish-heartbeat": {
    everyMs: HOUR_MS,
    offsetMs: 20 * 60_000,
    about: "hourly: confirms the newest list by a heartbeat, where the last one is half a day old",
    run: publishHeartbeat,
  },
  "check-served-list": {
    everyMs: HOUR_MS,
    offsetMs: 25 * 60_000,
    about: "hourly: fetches the list as the world gets it, and compares it with what was published",
    run: checkServedListJob,
  },
  "complete-key-rotations": {
    everyMs: HOUR_MS,
    offsetMs: 10 * 60_000,
    about: "hourly: replaces keys whose seven days are over",
    run: completeKeyRotations,
  },
  "refresh-stats": {
    everyMs: HOUR_MS,
    offsetMs: 35 * 60_000,
    about: "hourly: counts the public figures again",
    run: refreshStats,
  },
  "deliver-webhooks": {
    everyMs: MINUTE_MS,
    offsetMs: 0,
    about: "every minute: carries webhooks to their endpoints",
    run: deliverWebhooksJob,
  },
  "audits-overdue": {
    everyMs: HOUR_MS,
    offsetMs: 30 * 60_000,
    about: "hourly: disputes and holds the lines of audits that nobody answered in 14 days",
    run: auditsOverdue,
  },
  "lapse-complaints": {
    everyMs: DAY_MS,
    offsetMs: 2 * HOUR_MS,
    about: "daily at 2:00 UTC: reviews that nobody decided in 60 days",
    run: lapseComplaints,
  },
  "reconcile-ledger": {
    everyMs: DAY_MS,
    offsetMs: 4 * HOUR_MS,
    about: "daily at 4:00 UTC: compares the ledger with every table that tells of money",
    run: reconcileLedgerJob,
  },
  "review-fx-drift": {
    everyMs: DAY_MS,
    offsetMs: 5 * HOUR_MS,
    about: "daily at 5:00 UTC: flags rates that moved by more than 2 percent between plan and settlement",
    run: reviewFxDriftJob,
  },
  "clear-payments": {
    everyMs: HOUR_MS,
    offsetMs: 15 * 60_000,
    about: "hourly: received money whose hold is over becomes cash",
    run: clearPaymentsJob,
  },
  "settle-rail-events": {
    everyMs: HOUR_MS,
    offsetMs: 35 * 60_000,
    about: "hourly: what rails told too early is tried again",
    run: settleRailEventsJob,
  },
  "prune-rail-events": {
    everyMs: DAY_MS,
    offsetMs: 3 * HOUR_MS + 30 * MINUTE_MS,
    about: "daily at 3:30 UTC: forgets events of rails that were settled more than 90 days ago",
    run: pruneRailEventsJob,
  },
  "quarterly-payout": {
    everyMs: DAY_MS,
    offsetMs: 7 * HOUR_MS,
    about: "daily at 7:00 UTC: pays out a quarter from the first business day after it, and goes on with a run that is open",
    run: quarterlyPayout,
  },
  "clean-up": {
    everyMs: DAY_MS,
    offsetMs: 3 * HOUR_MS,
    about: "daily at 3:00 UTC: forgets old answers, windows, challenges and sessions",
    run: cleanUp,
  },
} as const satisfies Record<string, ScheduledJob>;

export type JobName = keyof typeof SCHEDULE;

export function isJobName(name: string): name is JobName {
  return Object.hasOwn(SCHEDULE, name);
}

/** The moment for which a job runs: the latest one of its rhythm that is not ahead. */
export function slotOf({ everyMs, offsetMs }: Pick<ScheduledJob, "everyMs" | "offsetMs">, now: Date): Date {
  return new Date(Math.floor((now.getTime() - offsetMs) / everyMs) * everyMs + offsetMs);
}
