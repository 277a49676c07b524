import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Control } from "./control.ts";
import type { FaultKind, Resource } from "./state.ts";
import type { Delivered, Delivery } from "./webhooks.ts";

const HOUR_MS = 3_600_000;

/** A running Stripe of the tests, and the hands of everybody who is not the registry. */
export interface FakeStripe {
  readonly url: string;
  readonly secretKey: string;
  readonly webhookSecret: string;
  advance(hours: number): Promise<void>;
  fault(path: string, kind: FaultKind, times?: number): Promise<void>;
  balance(currency: string, amount: number): Promise<void>;
  onboard(account: string, ready?: boolean): Promise<void>;
  paySession(id: string, how?: "now" | "promise" | "fulfil"): Promise<Resource>;
  payInvoice(id: string): Promise<Resource>;
  /** A part of a payment goes back, in minor units, as somebody does it in Stripe's dashboard. */
  refund(paymentIntent: string, amount: number): Promise<Resource>;
  /** An event that nothing here causes. */
  emit(type: string, object: object): Promise<void>;
  dispute(paymentIntent: string): Promise<Resource>;
  closeDispute(id: string, status: "won" | "lost"): Promise<Resource>;
  /** Sends the events that were not taken yet to a registry's webhook. */
  deliver(delivery: Omit<Delivery, "secret"> & { readonly secret?: string }): Promise<Delivered[]>;
  /** Everything of a kind that it holds: the record that is independent of the registry. */
  objects(object: string): Promise<Resource[]>;
  events(): Promise<Resource[]>;
  balances(): Promise<Record<string, number>>;
  /** Faults that wait for a request. */
  pendingFaults(): Promise<number>;
  stop(): Promise<void>;
}

interface Everything {
  readonly objects: Resource[];
  readonly events: Resource[];
  readonly balances: Record<string, number>;
  readonly faults: number;
}

/** Starts the process on a free port, with a fresh file. */
export async function startFakeStripe(start = "2026-05-15T12:00:00Z"): Promise<FakeStripe> {
  const folder = mkdtempSync(join(tmpdir(), "fake-stripe-"));
  const args = [join(import.meta.dirname, "main.ts"), join(folder, "store.json"), start];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"], env: { PATH: process.env["PATH"] } });
  const [port] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const url = `http://127.0.0.1:${port}`;
  const ask = async <T>(order: Control): Promise<T> => {
    const answer = (await (await fetch(`${url}/_test`, { method: "POST", body: JSON.stringify(order) })).json()) as T & { error?: string };
    if (typeof answer.error === "string") throw new Error(answer.error);
    return answer;
  };
  const webhookSecret = "whsec_of_the_tests";
  const all = (): Promise<Everything> => ask({ do: "state" });
  return {
    url,
    secretKey: "sk_test_of_the_tests",
    webhookSecret,
    advance: async (hours) => void (await ask({ do: "clock", advance_ms: hours * HOUR_MS })),
    fault: async (path, kind, times = 1) => void (await ask({ do: "fault", path, kind, times })),
    balance: async (currency, amount) => void (await ask({ do: "balance", currency, amount })),
    onboard: async (account, ready = true) => void (await ask({ do: "onboard", account, ready })),
    paySession: (id, how = "now") => ask({ do: "pay_session", id, how }),
    payInvoice: (id) => ask({ do: "pay_invoice", id }),
    refund: (payment_intent, amount) => ask({ do: "refund", payment_intent, amount: String(amount) }),
    emit: async (type, object) => void (await ask({ do: "emit", type, object })),
    dispute: (payment_intent) => ask({ do: "dispute", payment_intent }),
    closeDispute: (id, status) => ask({ do: "close_dispute", id, status }),
    deliver: (delivery) => ask({ do: "deliver", secret: webhookSecret, ...delivery }),
    objects: async (object) => (await all()).objects.filter((resource) => resource.object === object),
    events: async () => (await all()).events,
    balances: async () => (await all()).balances,
    pendingFaults: async () => (await all()).faults,
    stop: async () => {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
