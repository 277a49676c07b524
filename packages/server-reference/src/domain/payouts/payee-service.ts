import type { AppContext } from "../../context.ts";
import { type OnceNotice, sendOnce, type Sendings } from "../notices/once-service.ts";
import { findUntoldPayees, type PayeeRow } from "./payee-repository.ts";
import { WAIT_REASONS } from "./positions.ts";

/** Tells payees who left an address what a finished run paid them, and what of theirs waits and why; each once. */
export async function tellPayees(ctx: AppContext): Promise<Sendings> {
  const payees = await ctx.db.service((tx) => findUntoldPayees(tx));
  return sendOnce(
    ctx,
    payees.map((payee) => noticeOf(ctx, payee)),
  );
}

function noticeOf({ config: { publicUrl } }: AppContext, payee: PayeeRow): OnceNotice {
  const { key, run_id, quarter, address, name, email } = payee;
  const text = `At ${publicUrl} the payout of ${quarter} is through. For the wallet ${address} (${name}):

${[...payee.transfers.map(transferText), ...payee.waits.map(waitText)].map((line) => `- ${line}\n`).join("")}
Each payment stands at ${publicUrl}/rest/v1/payments, for a session of the wallet's key.
`;
  return { id: run_id, key, message: { to: email, subject: `OMLA: payout of ${quarter}, ${name}`, text }, mark: async () => undefined };
}

function transferText({ rail, currency, amount, state }: PayeeRow["transfers"][number]): string {
  const what = `${amount} ${currency} over ${rail}`;
  if (state === "failed") return `${what} could not be sent; it stays yours and is tried again with the next payout`;
  return state === "reversed" ? `${what} went out and came back` : `${what} was sent`;
}

function waitText({ usd, reason }: PayeeRow["waits"][number]): string {
  return `${usd} USD waits: ${WAIT_REASONS[reason].about}`;
}
