import type { AppContext } from "../../context.ts";
import { confirmationText } from "../companies/confirmation.ts";
import { signInText } from "../companies/session-service.ts";
import { type Mail, MailRefused } from "../../mail.ts";
import { CASE_TEXTS, type CaseNoticeKind } from "./case-texts.ts";
import {
  type Contact,
  findCompanyContact,
  findComplainant,
  findHosterContacts,
  findModelContact,
  findWalletContacts,
} from "./repository.ts";
import type { Notice } from "./service.ts";

/** Sends one notice; it throws where the mail server does not take it, and the queue tries again. */
export async function sendNotice(ctx: AppContext, notice: Notice): Promise<void> {
  if (ctx.mail === undefined) throw new Error("there is no mail server: set SMTP_URL");
  const messages = [(await TEXTS[notice.kind](ctx, notice)) ?? []].flat();
  const { kind, model_id, wallet_id, claim_id } = notice;
  if (messages.length === 0) ctx.log.warn({ kind, model_id, wallet_id, claim_id }, "nobody to tell");
  for (const message of messages) await deliver(ctx, ctx.mail, notice, message);
}

/** What the mail server refuses for good is not tried for two days. */
async function deliver(ctx: AppContext, mail: Mail, { kind }: Notice, message: Message): Promise<void> {
  await mail.send(message).catch((error: unknown) => {
    if (!(error instanceof MailRefused)) throw error;
    ctx.log.warn({ kind, error }, "mail refused for good");
  });
}

interface Message {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

type Text = (ctx: AppContext, notice: Notice) => Promise<Message | readonly Message[] | undefined>;

/** Whom a notice names: a company, a hoster, the holder of a wallet, or else the creator of the model. */
async function contactsOf(ctx: AppContext, { company_id, claim_id, wallet_id, model_id = "" }: Notice): Promise<readonly Contact[]> {
  return ctx.db.service(async (tx) => {
    if (claim_id !== undefined) return findHosterContacts(tx, claim_id);
    if (wallet_id !== undefined) return findWalletContacts(tx, wallet_id);
    return [(await (company_id === undefined ? findModelContact(tx, model_id) : findCompanyContact(tx, company_id))) ?? []].flat();
  });
}

/** A notice about a model, a wallet or a claim, to the addresses that its people left. */
function aboutModel(subject: string, text: (name: string, notice: Notice, registry: string) => string): Text {
  return async (ctx, notice) =>
    (await contactsOf(ctx, notice)).map(({ email, name }) => ({
      to: email,
      subject: `OMLA: ${subject}, ${name}`,
      text: text(name, notice, ctx.config.publicUrl),
    }));
}

/** A case is told to both sides in the same words. */
function aboutCase(kind: CaseNoticeKind): Text {
  const { subject, text } = CASE_TEXTS[kind];
  return aboutModel(subject, (_name, notice, registry) => text(notice, registry));
}

const TEXTS: Readonly<Record<Notice["kind"], Text>> = {
  "dispute-opened": aboutCase("dispute-opened"),
  "dispute-closed": aboutCase("dispute-closed"),
  "audit-requested": aboutCase("audit-requested"),
  "audit-answered": aboutCase("audit-answered"),
  "audit-overdue": aboutCase("audit-overdue"),
  "audit-closed": aboutCase("audit-closed"),
  "webhook-disabled": aboutCase("webhook-disabled"),
  "key-rotation": aboutModel(
    "a new key was asked for",
    (name, { digest, until }, registry) =>
      `One of the keys of ${name} asked for another key at ${registry}. It takes effect at ${until}.\n\nIf this was not you, stop it before then: sign a key-challenge of ${digest} with your other key and send it to ${registry}/functions/v1/rotate-key.\n`,
  ),
  "key-challenge": aboutModel(
    "a new key was stopped",
    (name, { digest }) => `The other key of ${name} has stopped the rotation ${digest}. Nothing changes.\n`,
  ),
  "key-rotated": aboutModel(
    "the key was replaced",
    (name, { digest }) => `Seven days went by without a challenge: the rotation ${digest} of ${name} is complete.\n`,
  ),
  "wallet-rail": aboutModel(
    "the way of payment was changed",
    (name, { digest }) =>
      `A signed document (${digest}) changed how a wallet of ${name} is paid. Payouts to it wait for seven days.\n\nIf this was not you, rotate your key now.\n`,
  ),
  "rail-account": aboutModel(
    "an account for payments was opened",
    (name, _notice, registry) =>
      `A session with the key of a wallet of ${name} opened an account at Stripe, at ${registry}. Payouts go to whoever answers Stripe's questions there.\n\nIf this was not you, choose another rail by a signed change now, and rotate your key.\n`,
  ),
  "payout-returned": aboutModel(
    "a payment came back",
    (name, { digest }, registry) =>
      `A payment to a wallet of ${name} came back to the registry (transfer ${digest}). The money stays yours: the next payout pays it once you have confirmed where it is to go.\n\nSign a wallet-rail change with the right account (or the same one again, if it is right) and send it to ${registry}/functions/v1/mutate.\n`,
  ),
  "hoster-verified": aboutModel(
    "your hosting was confirmed",
    (name, _notice, registry) =>
      `Your claim to host ${name} at ${registry} was confirmed. From now on your volumes are paid out of the hosters' share.\n\nSee what has accrued with a session of your key: ${registry}/functions/v1/hoster-accruals\n`,
  ),
  "hoster-revoked": aboutModel(
    "your hosting claim was revoked",
    (name, _notice, registry) =>
      `Your claim to host ${name} at ${registry} was revoked: volumes under it are not paid any more.\n\nIf you host it, agree with its creator and claim again with a fresh challenge: ${registry}/functions/v1/hoster-claim\n`,
  ),
  "complaint-decided": async (ctx, { complaint_id = "" }) => {
    const complaint = await ctx.db.service((tx) => findComplainant(tx, complaint_id));
    return (
      complaint && {
        to: complaint.email,
        subject: `OMLA: your complaint ${complaint.receipt}`,
        text: `Your complaint about ${complaint.name} at ${ctx.config.publicUrl} is decided: ${complaint.status}.\n\nThe board says: ${complaint.resolution}\n`,
      }
    );
  },
  "company-sign-in": async (ctx, { company_id = "" }) => {
    const contact = await ctx.db.service((tx) => findCompanyContact(tx, company_id));
    return (
      contact && {
        to: contact.email,
        subject: `OMLA: sign in for ${contact.name}`,
        text: await signInText(ctx, company_id, contact.email),
      }
    );
  },
  "confirm-email": async (ctx, { company_id = "" }) => {
    const contact = await ctx.db.service((tx) => findCompanyContact(tx, company_id));
    return (
      contact && {
        to: contact.email,
        subject: `OMLA: confirm the address of ${contact.name}`,
        text: confirmationText(ctx, company_id, contact.email),
      }
    );
  },
};
