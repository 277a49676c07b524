import type { CarriedRow } from "./bucket-repository.ts";
import type { Bucket } from "./positions.ts";
import { addOwed, NOTHING_OWED, type Owed } from "./settle.ts";

/** What each wallet is owed, by currency. */
export type Buckets = Map<string, Map<string, Bucket>>;

export function emptyBuckets(): Buckets {
  return new Map();
}

export function addCarried(buckets: Buckets, { wallet, currency, usd, net, fees }: CarriedRow): void {
  const owed: Owed = {
    usd: BigInt(usd),
    net: BigInt(net),
    fees: new Map(Object.entries(fees).map(([remitter, fee]) => [remitter, BigInt(fee)])),
  };
  const bucket = bucketOf(buckets, wallet, currency);
  put(buckets, wallet, { ...bucket, carried: addOwed(bucket.carried, owed) });
}

/** Adds what the lines of this run give. */
export function mergeOwed(buckets: Buckets, distributed: ReadonlyMap<string, ReadonlyMap<string, Owed>>): Buckets {
  for (const [wallet, byCurrency] of distributed) {
    for (const [currency, owed] of byCurrency) {
      put(buckets, wallet, { ...bucketOf(buckets, wallet, currency), distributed: owed });
    }
  }
  return buckets;
}

function bucketOf(buckets: Buckets, wallet: string, currency: string): Bucket {
  return buckets.get(wallet)?.get(currency) ?? { currency, carried: NOTHING_OWED, distributed: NOTHING_OWED };
}

function put(buckets: Buckets, wallet: string, bucket: Bucket): void {
  const byCurrency = buckets.get(wallet) ?? new Map<string, Bucket>();
  byCurrency.set(bucket.currency, bucket);
  buckets.set(wallet, byCurrency);
}
