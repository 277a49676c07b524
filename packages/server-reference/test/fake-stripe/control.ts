import { changeReadiness } from "./accounts.ts";
import { closeDispute, createRefund, openDispute, payInvoice, paySession } from "./payments.ts";
import { Desk, type Fault, type Resource, type Store } from "./state.ts";
import { deliver, type Delivery } from "./webhooks.ts";

/** What the tests do to this Stripe from outside: time, faults, customers, people in browsers, the delivery of webhooks. */
export type Control =
  | { readonly do: "clock"; readonly advance_ms: number }
  | ({ readonly do: "fault" } & Fault)
  | { readonly do: "balance"; readonly currency: string; readonly amount: number }
  | { readonly do: "onboard"; readonly account: string; readonly ready: boolean }
  | { readonly do: "pay_session"; readonly id: string; readonly how: "now" | "promise" | "fulfil" }
  | { readonly do: "pay_invoice"; readonly id: string }
  | { readonly do: "refund"; readonly payment_intent: string; readonly amount: string }
  | { readonly do: "emit"; readonly type: string; readonly object: object }
  | { readonly do: "dispute"; readonly payment_intent: string }
  | { readonly do: "close_dispute"; readonly id: string; readonly status: "won" | "lost" }
  | ({ readonly do: "deliver" } & Delivery)
  | { readonly do: "state" };

export async function control(store: Store, order: Control): Promise<unknown> {
  const { state } = store;
  const desk = new Desk(state);
  switch (order.do) {
    case "clock":
      state.now_ms += order.advance_ms;
      return { now_ms: state.now_ms };
    case "fault":
      state.faults.push({ path: order.path, kind: order.kind, times: order.times });
      return {};
    case "balance":
      desk.book(order.currency, order.amount);
      return state.balances;
    case "onboard":
      return changeReadiness(desk, order.account, order.ready);
    case "pay_session":
      return paySession(desk, order.id, order.how);
    case "pay_invoice":
      return payInvoice(desk, order.id);
    case "refund":
      return createRefund(desk, { payment_intent: order.payment_intent, amount: order.amount });
    case "emit":
      desk.tell(order.type, order.object as Resource);
      return {};
    case "dispute":
      return openDispute(desk, order.payment_intent);
    case "close_dispute":
      return closeDispute(desk, order.id, order.status);
    case "deliver":
      return deliverNew(store, order);
    case "state":
      return { objects: Object.values(state.objects), events: state.events, balances: state.balances, faults: state.faults.length };
  }
}

/** What was answered with 2xx is not sent again. */
async function deliverNew({ state }: Store, order: Delivery): Promise<unknown> {
  const delivered = await deliver(state.events, state.now_ms, order);
  const done = new Set(delivered.filter(({ status }) => status < 300).map(({ id }) => id));
  for (const event of state.events.filter(({ id }) => done.has(id))) state.events.splice(state.events.indexOf(event), 1);
  return delivered;
}
