import type { LineageModel } from "../../../src/protocol/lineage-walk.ts";
import type { LineagePolicy, WalletShare } from "../../../src/protocol/splits.ts";
import { compare, floor, type Fraction, fraction, fromText, minus, ONE, plus, times, ZERO } from "./fraction.ts";

type Models = Readonly<Record<string, LineageModel>>;

const WHOLE = 10n ** 18n;

/** The part of a model's units that goes to each of its edges, as exact fractions. */
function flows(models: Models, id: string, policy: LineagePolicy): { parent: string; flow: Fraction }[] {
  const registered = (models[id]?.lineage_edges ?? []).filter(({ parent_id }) => Object.hasOwn(models, parent_id));
  return registered.map(({ parent_id, contribution_weight }, position) => {
    const before = registered.slice(0, position).map((edge) => fromText(String(edge.contribution_weight)));
    const left = policy === "declared" ? ONE : before.reduce(minus, ONE);
    return { parent: parent_id, flow: times(fromText(String(contribution_weight)), left) };
  });
}

function descendants(models: Models, target: string): Set<string> {
  const reached = new Set([target]);
  for (const id of reached) {
    for (const { parent_id } of models[id]?.lineage_edges ?? []) if (Object.hasOwn(models, parent_id)) reached.add(parent_id);
  }
  return reached;
}

/**
 * Section 4 read literally, from the other end: a model *asks* each model below it, recursively, what it gets from there.
 * Fractions instead of limbs, no order computed, quadratic.
 */
export function slowSplits(models: Models, target: string, policy: LineagePolicy): WalletShare[] {
  const reached = [...descendants(models, target)];
  const known = new Map<string, bigint>();
  const arrived = (id: string): bigint => {
    const before = known.get(id);
    if (before !== undefined) return before;
    const over = reached.flatMap((child) =>
      flows(models, child, policy)
        .filter(({ parent }) => parent === id)
        .map((edge) => ({ child, ...edge })),
    );
    const units = over.reduce((sum, { child, flow }) => sum + floor(times(fraction(arrived(child)), flow)), id === target ? WHOLE : 0n);
    known.set(id, units);
    return units;
  };
  const given: { wallet: string; units: bigint }[] = [];
  for (const id of reached) {
    const passed = flows(models, id, policy).map(({ flow }) => floor(times(fraction(arrived(id)), flow)));
    given.push(
      ...localParts(
        models[id] as LineageModel,
        passed.reduce((left, units) => left - units, arrived(id)),
      ),
    );
  }
  return addedUp(given);
}

function localParts({ wallet, contribution_splits: splits = [] }: LineageModel, local: bigint): { wallet: string; units: bigint }[] {
  if (splits.length === 0) return [{ wallet, units: local }];
  const parts = splits.map((split) => ({
    wallet: split.wallet,
    units: floor(times(fraction(local), times(fromText(String(split.percentage)), fraction(1n, 100n)))),
  }));
  const over = parts.reduce((left, { units }) => left - units, local);
  return parts.map((part, position) => (position === 0 ? { ...part, units: part.units + over } : part));
}

function addedUp(given: readonly { wallet: string; units: bigint }[]): WalletShare[] {
  const names = [...new Set(given.map(({ wallet }) => wallet.toLowerCase()))].sort();
  return names
    .map((wallet) => ({
      wallet,
      units: given.filter((part) => part.wallet.toLowerCase() === wallet).reduce((sum, { units }) => sum + units, 0n),
    }))
    .filter(({ units }) => units > 0n)
    .map(({ wallet, units }) => ({ wallet, share: String(units) }));
}

/** What each wallet would get if nothing were ever rounded: every path from the target is walked by itself. */
export function exactShares(models: Models, target: string, policy: LineagePolicy): Map<string, Fraction> {
  const shares = new Map<string, Fraction>();
  const add = (wallet: string, part: Fraction): unknown =>
    shares.set(wallet.toLowerCase(), plus(shares.get(wallet.toLowerCase()) ?? ZERO, part));
  const visit = (id: string, units: Fraction): void => {
    const passed = flows(models, id, policy);
    for (const { parent, flow } of passed) visit(parent, times(units, flow));
    const local = times(units, passed.map(({ flow }) => flow).reduce(minus, ONE));
    const { wallet, contribution_splits: splits = [] } = models[id] as LineageModel;
    for (const split of splits) add(split.wallet, times(local, times(fromText(String(split.percentage)), fraction(1n, 100n))));
    if (splits.length === 0) add(wallet, local);
  };
  visit(target, fraction(WHOLE));
  return shares;
}

/** Distance of an integer from an exact number. */
export function distance(units: bigint, exact: Fraction): Fraction {
  const difference = minus(fraction(units), exact);
  return compare(difference, ZERO) < 0 ? minus(ZERO, difference) : difference;
}
