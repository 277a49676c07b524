import { publishKeys, publishList } from "../blacklist/sign-off-action.ts";
import { refund } from "../collections/refund-action.ts";
import { blacklistSubject } from "../compliance/blacklist-action.ts";
import { cancelRun } from "../payouts/cancel-action.ts";
import { executePayout } from "../payouts/approve-action.ts";
import { transferReturn } from "../rails/return-action.ts";
import { setRoyaltyRate } from "../rates/rate-action.ts";
import type { AnyBoardAction } from "./board-action.ts";

/** Every act that needs two members, by the name that a proposal carries. Names are stored: they never change. */
export const ACTIONS = {
  "blacklist.publish": publishList,
  "keyset.publish": publishKeys,
  "payment.refund": refund,
  "payout.cancel": cancelRun,
  "payout.execute": executePayout,
  "rate.set": setRoyaltyRate,
  "subject.blacklist": blacklistSubject,
  "transfer.return": transferReturn,
} as const satisfies Readonly<Record<string, AnyBoardAction>>;

export type ActionName = keyof typeof ACTIONS;

export function isActionName(name: string): name is ActionName {
  return Object.hasOwn(ACTIONS, name);
}
