import { quarterStart } from "@omla/sdk/protocol";

const DAY_MS = 86_400_000;
/** By the day of the week, Sunday first: how many days it is to a day that is not of a weekend. */
const TO_BUSINESS_DAY = [1, 0, 0, 0, 0, 0, 2];

/** Midnight (UTC) of the first day of a quarter that is no Saturday and no Sunday; public holidays differ from place to place and count. */
export function firstBusinessDay(quarter: string): Date {
  const start = quarterStart(quarter);
  return new Date(start.getTime() + (TO_BUSINESS_DAY[start.getUTCDay()] ?? 0) * DAY_MS);
}
