import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { type Mail, MailRefused, type Message } from "../../mail.ts";
import { bookNotice, leaseNotice, releaseNotice } from "./once-repository.ts";

/** A mail that must be sent, and not twice. */
export interface OnceNotice {
  readonly id: string;
  /** What it tells of, by ids; the same key is sent once. */
  readonly key: string;
  /** Undefined where nobody left an address. */
  readonly message: Omit<Message, "about"> | undefined;
  /** Marks what was told, in the transaction that books the notice. */
  readonly mark: (tx: Tx) => Promise<void>;
}

export interface Sendings {
  readonly sent: string[];
  /** No address, or one that the mail server refuses for good: the board must reach them. */
  readonly unreachable: string[];
  /** Those that wait for the next run, because there is no mail server or it does not answer. */
  readonly waiting: string[];
}

/**
 * Sends what must be told, one after the other; nothing is lost, and nothing is sent twice while this process lives.
 *
 * A process that dies between the mail server's yes and the booking is the one gap that SMTP leaves: after ten minutes the notice
 * is sent again, under the same Message-ID.
 */
export async function sendOnce(ctx: AppContext, notices: readonly OnceNotice[]): Promise<Sendings> {
  const sendings: Sendings = { sent: [], unreachable: [], waiting: [] };
  let mail = ctx.mail;
  for (const notice of notices) {
    const outcome = await sendOne(ctx, mail, notice);
    if (outcome !== "taken") sendings[outcome].push(notice.id);
    // A server that does not answer is not asked again for each of hundreds.
    if (outcome === "waiting") mail = undefined;
  }
  warn(ctx, sendings);
  return sendings;
}

async function sendOne(ctx: AppContext, mail: Mail | undefined, { key, message, mark }: OnceNotice): Promise<keyof Sendings | "taken"> {
  if (message === undefined) return "unreachable";
  if (mail === undefined) return "waiting";
  if (!(await ctx.db.service((tx) => leaseNotice(tx, key)))) return "taken";
  try {
    await mail.send({ ...message, about: `${ctx.config.publicUrl} ${key}` });
  } catch (error) {
    await ctx.db.service((tx) => releaseNotice(tx, key));
    ctx.log.warn({ notice: key, error }, "mail not sent");
    return error instanceof MailRefused ? "unreachable" : "waiting";
  }
  await ctx.db.service(async (tx) => {
    await bookNotice(tx, key);
    await mark(tx);
  });
  return "sent";
}

function warn(ctx: AppContext, { unreachable, waiting }: Sendings): void {
  if (unreachable.length > 0) ctx.log.warn({ unreachable }, "these cannot be told by mail: the board must reach them");
  if (waiting.length > 0) ctx.log.warn({ waiting: waiting.length, mail_server: ctx.mail !== undefined }, "notices wait for a mail server");
}
