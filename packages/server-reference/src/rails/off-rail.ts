import { assertOrder, type Rail, RailError, type RailName } from "./rail.ts";

/** A rail that cannot be used: it is there, says why, and takes no order. */
export function createOffRail(name: RailName, off: string): Rail {
  const rail: Rail = {
    name,
    off,
    features: {
      currencies: [],
      unit: () => 1n,
      live: name !== "sandbox",
      lookup: false,
      reversals: false,
      keyWindowMs: 0,
      holdMs: 0,
    },
    quoteFee: () => 0n,
    isReady: async () => false,
    send: async (order) => {
      assertOrder(rail, order);
      throw new RailError("RAIL_OFF", off, { definitive: true });
    },
    find: async () => "unknown",
  };
  return rail;
}
