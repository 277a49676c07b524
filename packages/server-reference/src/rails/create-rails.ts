import type { Clock } from "../clock.ts";
import type { Config } from "../config.ts";
import { createManualRail, type ManualRailName } from "./manual/manual-rail.ts";
import { createOffRail } from "./off-rail.ts";
import { type Rail, RAIL_NAMES, type RailName, type Rails } from "./rail.ts";
import { sepaDebtor } from "./rail-settings.ts";
import { createSandboxRail } from "./sandbox/sandbox-rail.ts";
import { createSepaRail } from "./sepa/sepa-rail.ts";
import { createStripeRail } from "./stripe/stripe-rail.ts";

/** Every rail of this registry, as its settings switch them on. */
export function createRails(config: Config, clock: Clock): Rails {
  return new Map(RAIL_NAMES.map((name) => [name, RAIL_MAKERS[name](config, clock)]));
}

type RailMaker = (config: Config, clock: Clock) => Rail;

const manual =
  (name: ManualRailName): RailMaker =>
  ({ rails }) =>
    rails.manual.includes(name)
      ? createManualRail(name, { fee: rails.fees.get(name) })
      : createOffRail(name, "OMLA_MANUAL_RAILS does not name it");

const RAIL_MAKERS: Readonly<Record<RailName, RailMaker>> = {
  stripe: ({ stripe: { secretKey, webhookSecret, apiBase }, rails }) =>
    secretKey === undefined
      ? createOffRail("stripe", "STRIPE_SECRET_KEY is not set")
      : createStripeRail({ secretKey, webhookSecret, apiBase, fee: rails.fees.get("stripe") }),
  sepa: ({ rails }) =>
    sepaDebtor(rails.sepa) === undefined
      ? createOffRail("sepa", "OMLA_SEPA_IBAN is not set")
      : createSepaRail({ fee: rails.fees.get("sepa") }),
  paypal: manual("paypal"),
  lightning: manual("lightning"),
  ach: manual("ach"),
  wise: manual("wise"),
  other: manual("other"),
  sandbox: ({ mode }, clock) =>
    mode === "production" ? createOffRail("sandbox", "it moves no money, and this is production") : createSandboxRail({ clock }),
};
