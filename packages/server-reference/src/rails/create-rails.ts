import type { Clock } from "../clock.ts";
import type { Config } from "../config.ts";
import { createOffRail } from "./off-rail.ts";
import { type Rail, RAIL_NAMES, type RailName, type Rails } from "./rail.ts";
import { createSandboxRail } from "./sandbox/sandbox-rail.ts";

/** Every rail of this registry, as its settings switch them on. */
export function createRails(config: Config, clock: Clock): Rails {
  return new Map(RAIL_NAMES.map((name) => [name, RAIL_MAKERS[name](config, clock)]));
}

type RailMaker = (config: Config, clock: Clock) => Rail;

const withoutCredentials =
  (name: RailName): RailMaker =>
  () =>
    createOffRail(name, "it has no credentials");

const RAIL_MAKERS: Readonly<Record<RailName, RailMaker>> = {
  stripe: withoutCredentials("stripe"),
  sepa: withoutCredentials("sepa"),
  paypal: withoutCredentials("paypal"),
  lightning: withoutCredentials("lightning"),
  ach: withoutCredentials("ach"),
  wise: withoutCredentials("wise"),
  other: withoutCredentials("other"),
  sandbox: (config, clock) =>
    config.mode === "production" ? createOffRail("sandbox", "it moves no money, and this is production") : createSandboxRail({ clock }),
};
