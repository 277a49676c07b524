import type { AppContext } from "../../context.ts";
import type { DatabaseFinding } from "../../db/doctor.ts";
import { countOpenEvents } from "./event-repository.ts";

/** Which rails are on, why the others are not, and whether one of them told something that could not be booked. */
export async function examineRails(ctx: AppContext): Promise<DatabaseFinding> {
  const all = [...ctx.rails.values()];
  const on = all.filter(({ off }) => off === undefined).map(({ name }) => name);
  const off = all.flatMap((rail) => (rail.off === undefined ? [] : [`${rail.name} off (${rail.off})`]));
  const { waiting, refused } = await ctx.db.service(countOpenEvents);
  const events = refused > 0 ? `${refused} events cannot be booked: look at omla.rail_events` : `${waiting} events wait`;
  return { what: "rails", fine: refused === 0, detail: [`on: ${on.join(", ") || "none"}`, ...off, events].join("; ") };
}
