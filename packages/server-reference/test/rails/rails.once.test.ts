import { createManualRail } from "../../src/rails/manual/manual-rail.ts";
import { createSandboxRail } from "../../src/rails/sandbox/sandbox-rail.ts";
import { createMemoryStore } from "../../src/rails/sandbox/sandbox-store.ts";
import { createSepaRail } from "../../src/rails/sepa/sepa-rail.ts";
import { createStripeRail } from "../../src/rails/stripe/stripe-rail.ts";
import { startFakeStripe } from "../fake-stripe/start-fake-stripe.ts";
import { movableClock } from "../helpers/clock.ts";
import { describeRail } from "./contract.ts";

const CENT = 10_000n;
const fee = { percentParts: 250_000n, fixed: 250_000n };

describeRail("sandbox", async () => {
  const store = createMemoryStore();
  return {
    rail: createSandboxRail({ clock: movableClock(), store, ready: (destination) => destination === "acct_1" }),
    currency: "USD",
    payee: "acct_1",
    stranger: "acct_2",
    arrived: async (id) => store.all().flatMap((transfer) => (transfer.id === id ? [BigInt(transfer.amount) - BigInt(transfer.fee)] : [])),
  };
});

describeRail("stripe, against the local counterpart", async () => {
  const stripe = await startFakeStripe();
  await stripe.balance("usd", 100_000_000);
  const rail = createStripeRail({ secretKey: stripe.secretKey, apiBase: stripe.url, fee });
  const open = (walletId: string) => rail.onboarding?.open({ key: walletId, address: walletId, registry: "https://registry.test" });
  const [payee = "", stranger = ""] = [await open("wallet-1"), await open("wallet-2")];
  await stripe.onboard(payee);
  return {
    rail,
    currency: "USD",
    payee,
    stranger,
    arrived: async (id) => {
      const transfers = await stripe.objects("transfer");
      const mine = transfers.filter(({ metadata }) => (metadata as Record<string, string>)["omla_transfer_id"] === id);
      return mine.map(({ amount }) => BigInt(Number(amount)) * CENT);
    },
    close: () => stripe.stop(),
  };
});

describeRail("sepa", async () => ({
  rail: createSepaRail({ fee: { percentParts: 0n, fixed: 100_000n } }),
  currency: "EUR",
  payee: "DE89 3704 0044 0532 0130 00;COBADEFFXXX;Ada Lovelace",
  stranger: "DE88 3704 0044 0532 0130 00;Ada Lovelace",
}));

describeRail("wise, by hand", async () => ({ rail: createManualRail("wise", { fee }), currency: "EUR", payee: "@ada", stranger: " " }));
describeRail("lightning, by hand", async () => ({ rail: createManualRail("lightning"), currency: "BTC", payee: "lnbc1ada", stranger: "" }));
