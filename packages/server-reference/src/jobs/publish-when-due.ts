import type { AppContext } from "../context.ts";
import { findLatestList } from "../domain/blacklist/repository.ts";
import { type Publication, publishBlacklist } from "../domain/blacklist/service.ts";

/** Publishes the weekly list; in between there is nothing to do, so that a repetition changes nothing. */
export function publishWhenDue(ctx: AppContext): Promise<Publication | { published: false }> {
  return ctx.db.service(async (tx) => {
    const latest = await findLatestList(tx);
    const due = latest === undefined || ctx.clock.now() >= latest.next_update;
    return due ? publishBlacklist(ctx, tx) : { published: false };
  });
}
