import { generateKeyPair, type KeyPair } from "@omla/sdk/protocol";
import { expect } from "vitest";
import type { BothCompanies, BothRegistries, Outcome } from "./both-registries.ts";

export type Dice = (below: number) => number;

/** A small generator of numbers, the same for the same seed. */
export function createDice(seed: number): Dice {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export function pick<T>(dice: Dice, from: readonly T[]): T {
  return from[dice(from.length)] as T;
}

export function newKeys(count: number): Promise<KeyPair[]> {
  return Promise.all(Array.from({ length: count }, () => generateKeyPair()));
}

/** A registered model with the keys that may sign for it. */
export interface WorldModel {
  readonly id: string;
  readonly address: string;
  keys: KeyPair;
  readonly recovery: KeyPair | undefined;
  nonce: number;
  /** A rotation that was asked for: it completes at that time unless it is challenged. */
  pending: { readonly digest: string; readonly by: KeyPair; readonly keys: KeyPair; readonly at: Date } | undefined;
}

/** What the actions of a year share. */
export interface World {
  readonly both: BothRegistries;
  readonly companies: readonly BothCompanies[];
  readonly models: WorldModel[];
  readonly wallets: { readonly address: string; readonly owner: KeyPair; nonce: number }[];
  readonly hosters: readonly KeyPair[];
  /** Pairs of a model and a hoster that claims to host it. */
  readonly claims: { readonly model: WorldModel; readonly hoster: KeyPair }[];
  /** How often each kind of change had its turn. */
  turn: number;
  /** Receipts of open complaints, of each registry. */
  readonly complaints: string[][];
  /** What was tried and accepted, and what was refused, by name and code. */
  readonly seen: Set<string>;
  readonly dice: Dice;
}

/**
 * Demands that both registries said the same.
 *
 * @returns whether they accepted it
 */
export function agree({ seen }: World, name: string, [ours, theirs]: readonly [Outcome, Outcome], detail = name): boolean {
  expect(ours, detail).toEqual(theirs);
  seen.add("answer" in ours ? name : `${name} ${ours.code}`);
  return "answer" in ours;
}

/** Some model, with the key that a rotation has given it meanwhile. */
export function modelOf({ both, models, dice }: Pick<World, "both" | "models" | "dice">): WorldModel {
  const model = pick(dice, models);
  if (model.pending !== undefined && model.pending.at <= both.now()) {
    model.keys = model.pending.keys;
    model.pending = undefined;
  }
  return model;
}
