import { createClient } from "../client/create-client.ts";
import type { Payment, TaxStanding } from "../client/payments.ts";
import type { PaymentReceipt, Receivables } from "../client/receivables.ts";
import { type Call, type Command, textOption, UsageError } from "./command.ts";
import { connect, REGISTRY_OPTIONS, requiredRegistryUrl } from "./registry-option.ts";
import { API_KEY_OPTIONS, KEY_OPTIONS, readApiKey, readKeyPair, requiredApiKey } from "./secrets.ts";
import { shortUsd, table } from "./table.ts";

export const payments: Command = {
  summary: "what a company owes and paid, and what reached wallets",
  help: `
omla payments [due|receipts|payouts|held] --registry URL [--quarter 2026-Q3]

due       what the company owes, line by line, and its credit (this is shown where nothing is said)
receipts  the receipts of what it paid, with their numbers
payouts   what was paid out of its reports; with --key FILE, what reached the wallets of that key
held      with --key FILE, what the wallets of that key were paid this year and what waits for a tax form

The API key comes from OMLA_API_KEY or --api-key-file.

  omla payments --registry https://registry.example
  omla payments receipts --json | jq -r '.[].number'
  omla payments payouts --key omla.key --quarter 2026-Q3
`,
  options: { ...REGISTRY_OPTIONS, ...API_KEY_OPTIONS, ...KEY_OPTIONS, quarter: { type: "string" } },
  operands: { min: 0, max: 1 },
  run: async (call) => {
    const [view = "due"] = call.operands;
    const show = Object.hasOwn(VIEWS, view) ? VIEWS[view] : undefined;
    if (show === undefined) throw new UsageError(`${JSON.stringify(view)} is no list; there are due, receipts, payouts and held`);
    const { facts, text } = await show(call);
    call.console.out(call.json ? `${JSON.stringify(facts, undefined, 2)}\n` : text);
    return 0;
  },
};

interface Shown {
  readonly facts: unknown;
  readonly text: string;
}

const VIEWS: Readonly<Record<string, (call: Call) => Promise<Shown>>> = {
  due: async (call) => {
    const { signal } = call.console;
    const facts = await connect(call, requiredApiKey(call)).payments.receivables({ quarter: textOption(call, "quarter"), signal });
    return { facts, text: dueText(facts) };
  },
  receipts: async (call) => {
    const quarter = textOption(call, "quarter");
    const facts: PaymentReceipt[] = [];
    for await (const receipt of connect(call, requiredApiKey(call)).payments.receipts({ signal: call.console.signal })) {
      if (quarter === undefined || receipt.lines.some((line) => line.quarter === quarter)) facts.push(receipt);
    }
    return { facts, text: receiptsText(facts) };
  },
  payouts: async (call) => {
    const client = createClient({ ...(await credentialsOf(call)), ...reachOf(call) });
    const facts: Payment[] = [];
    for await (const payment of client.payments.list({ quarter: textOption(call, "quarter"), signal: call.console.signal }))
      facts.push(payment);
    return { facts, text: payoutsText(facts) };
  },
  held: async (call) => {
    if (textOption(call, "key") === undefined) throw new UsageError("name the wallets' key with --key FILE");
    const client = createClient({ ...(await credentialsOf(call)), ...reachOf(call) });
    const facts = await client.payments.heldForTax({ signal: call.console.signal });
    return { facts, text: heldText(facts) };
  },
};

/** A creator proves the wallets' key and gets a session; a company has its API key. */
async function credentialsOf(call: Call): Promise<{ apiKey: string } | { accessToken: string }> {
  const apiKey = textOption(call, "key") === undefined ? readApiKey(call) : undefined;
  if (apiKey !== undefined) return { apiKey };
  const { access_token } = await connect(call).signIn(await readKeyPair(call), { signal: call.console.signal });
  return { accessToken: access_token };
}

function reachOf(call: Call): Pick<Parameters<typeof createClient>[0], "url" | "fetch" | "now" | "allowHttp"> {
  const { console } = call;
  const allowHttp = call.options["allow-http"] === true;
  return { url: requiredRegistryUrl(call), fetch: console.fetch, now: () => console.now(), allowHttp };
}

function dueText({ lines, open_usd, credit_usd }: Receivables): string {
  const credit = credit_usd === "0.000000" ? "" : `, a credit of ${shortUsd(credit_usd)} waits for the next report`;
  if (lines.length === 0) return `Nothing is owed${credit}.\n`;
  const rows = table(lines, [
    { title: "quarter", of: ({ quarter }) => quarter },
    { title: "model", of: ({ name }) => name.slice(0, 40) },
    { title: "net USD", of: ({ net_royalty_usd }) => shortUsd(net_royalty_usd), align: "right" },
    { title: "paid", of: ({ paid_usd }) => shortUsd(paid_usd), align: "right" },
    { title: "open", of: (line) => shortUsd(line.open_usd), align: "right" },
    { title: "due", of: ({ due_at, late }) => (late ? `${due_at}, late` : due_at) },
    { title: "line", of: ({ report_id }) => report_id },
  ]);
  return `${rows}${shortUsd(open_usd)} USD are open${credit}. Pay them with omla pay.\n`;
}

function receiptsText(receipts: readonly PaymentReceipt[]): string {
  if (receipts.length === 0) return "There is no receipt yet.\n";
  return table(receipts, [
    { title: "number", of: ({ number }) => number },
    { title: "kind", of: ({ kind }) => kind },
    { title: "on", of: ({ occurred_at }) => occurred_at },
    { title: "USD", of: ({ amount_usd }) => shortUsd(amount_usd), align: "right" },
    { title: "credit", of: ({ credit_usd }) => shortUsd(credit_usd), align: "right" },
    { title: "by", of: ({ method }) => method },
    { title: "reference", of: ({ reference }) => reference },
  ]);
}

function payoutsText(found: readonly Payment[]): string {
  if (found.length === 0) return "Nothing was paid out yet.\n";
  return table(found, [
    { title: "quarter", of: ({ quarter }) => quarter },
    { title: "status", of: ({ status }) => status },
    { title: "USD", of: ({ amount_usd }) => shortUsd(amount_usd), align: "right" },
    {
      title: "arrived as",
      of: ({ settled_amount, settled_currency }) => (settled_currency === null ? "" : `${settled_amount} ${settled_currency}`),
    },
    { title: "rail", of: ({ rail }) => rail ?? "" },
    { title: "paid", of: ({ paid_at }) => paid_at ?? "" },
  ]);
}

function heldText(wallets: readonly TaxStanding[]): string {
  if (wallets.length === 0) return "This key has no wallet here.\n";
  return table(wallets, [
    { title: "wallet", of: ({ wallet }) => wallet },
    { title: "held USD", of: ({ held_usd }) => shortUsd(held_usd), align: "right" },
    { title: "paid this year", of: ({ paid_usd }) => shortUsd(paid_usd), align: "right" },
    { title: "form above", of: ({ threshold_usd }) => shortUsd(threshold_usd), align: "right" },
    {
      title: "form",
      of: ({ form }) => (form === null ? "none" : `${form.kind}${form.expires_at === null ? "" : ` until ${form.expires_at}`}`),
    },
    { title: "needed", of: ({ hold }) => hold?.form_needed ?? "" },
  ]);
}
