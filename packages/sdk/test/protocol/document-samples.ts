import fc from "fast-check";
import { encodeAddress } from "../../src/protocol/address.ts";
import { toBase64, toHex } from "../../src/protocol/bytes.ts";
import { keyPairFromSecretKey, type KeyPair } from "../../src/protocol/keys.ts";
import { ASSET_KINDS, RAILS, RELATIONSHIPS } from "../../src/protocol/forms.ts";
import { formatTimestamp } from "../../src/protocol/timestamp.ts";

/** Eight key pairs of fixed seeds. */
export const KEYS: readonly KeyPair[] = await Promise.all(
  Array.from({ length: 8 }, (_, index) => keyPairFromSecretKey(new Uint8Array(32).fill(index + 1))),
);

export const uuid = fc.uuid({ version: 4 });
export const bytes16 = fc.uint8Array({ minLength: 16, maxLength: 16 });
export const address = bytes16.map((payload) => encodeAddress(payload));
export const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(toHex);
export const publicKey = fc.constantFrom(...KEYS.map((pair) => pair.publicKey));
export const signature = fc.uint8Array({ minLength: 64, maxLength: 64 }).map(toBase64);
export const time = fc
  .date({ min: new Date("2020-01-01T00:00:00Z"), max: new Date("2099-12-31T00:00:00Z"), noInvalidDate: true })
  .map(formatTimestamp);
export const origin = fc.constantFrom(
  "https://registry.example",
  "http://127.0.0.1:8080",
  "http://[::1]:3000",
  "https://a-b.c1.example:8443",
);
export const url = fc.constantFrom("https://huggingface.co/owner/repo", "https://civitai.com/models/1?x=2", "https://example.org");
export const line = fc.constantFrom("ExampleLM-7B", "Modèle Été", "模型一号", "🦙 llama", "نموذج", "x", "a b");
export const quarter = fc.tuple(fc.integer({ min: 1970, max: 9999 }), fc.constantFrom(1, 2, 3, 4)).map(([year, q]) => `${year}-Q${q}`);
export const usd = fc.nat({ max: 1e12 }).map((micros) => `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, "0")}`);
const count = fc.oneof(fc.nat(), fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER));
const from1 = fc.integer({ min: 1 });
const size = { size: "small" } as const;

/** Decimal strings whose parts of 10^-6 sum to the given number of units. */
function parts(number: number, unitsInAll: number): fc.Arbitrary<string[]> {
  return fc.uniqueArray(fc.integer({ min: 1, max: unitsInAll - 1 }), { minLength: number - 1, maxLength: number - 1 }).map((cuts) => {
    const edges = [0, ...cuts.sort((a, b) => a - b), unitsInAll];
    return edges.slice(1).map((edge, index) => decimal(edge - (edges[index] as number)));
  });
}

function decimal(units: number): string {
  const text = `${Math.floor(units / 1e6)}.${String(units % 1e6).padStart(6, "0")}`;
  return text.replace(/\.?0+$/, "");
}

const sent = { issued_at: time, registry: origin };
const generated = { generated_at: time, registry: origin };

/** A record whose members in `optional` may be absent. */
function record<T extends object, K extends object>(
  required: { [M in keyof T]: fc.Arbitrary<T[M]> },
  optional: { [M in keyof K]: fc.Arbitrary<K[M]> },
) {
  const all = { ...required, ...optional } as Record<string, fc.Arbitrary<unknown>>;
  return fc.record(all, { requiredKeys: Object.keys(required), noNullPrototype: true });
}

const spec = <T extends string>(type: T): fc.Arbitrary<string> => fc.constant(`omla-${type}/1`);
const files = fc.array(record({ path: line, sha256: hash, size: count }, {}), { ...size, maxLength: 3 });
const locations = fc.array(url, { maxLength: 3 });
const preferences = fc
  .uniqueArray(fc.constantFrom("USD", "BTC", "BUZZ", "EUR", "X_1-2"), { minLength: 1, maxLength: 4 })
  .map((codes) => codes.map((code, index) => ({ code, is_backup: index === codes.length - 1 })));

const parent = fc.oneof(
  uuid.map((parent_id) => ({ parent_id })),
  address.map((parent_wallet) => ({ parent_wallet })),
  uuid.map((text) => ({ parent_ref: `https://huggingface.co/${text}` })),
);
const lineage = fc
  .integer({ min: 0, max: 4 })
  .chain((number) =>
    fc
      .tuple(fc.array(parent, { minLength: number, maxLength: number }), parts(number + 1, 1_000_000), fc.constantFrom(...RELATIONSHIPS))
      .map(([parents, weights, relationship]) =>
        parents.map((one, index) => ({ ...one, relationship, contribution_weight: weights[index] as string })),
      ),
  );
const splits = fc
  .integer({ min: 0, max: 4 })
  .chain(
    (number): fc.Arbitrary<{ recipient: string; wallet: string; percentage: string }[]> =>
      number === 0
        ? fc.constant([])
        : fc
            .tuple(fc.uniqueArray(address, { minLength: number, maxLength: number }), parts(number, 100_000_000), line)
            .map(([wallets, percentages, recipient]) =>
              wallets.map((wallet, index) => ({ recipient, wallet, percentage: percentages[index] as string })),
            ),
  );
const share = fc.nat({ max: 50_000_000 }).map(decimal);

const recoveryProof = record({ spec: spec("recovery-proof"), ...sent, model_id: uuid, ed25519_pubkey: publicKey }, { signature });

const registration = record(
  {
    spec: spec("registration"),
    ...sent,
    model_id: uuid,
    name: line,
    license_version: fc.constant("v8-10-2025"),
    ed25519_pubkey: publicKey,
    model_hash: hash,
    wallet: record({ address, rail: fc.constantFrom(...RAILS) }, {}),
    lineage,
    contribution_splits: splits,
    private_sha256: hash,
  },
  {
    description: fc.constantFrom("", "A 7B parameter\nlanguage model."),
    domain: line,
    asset_kind: fc.constantFrom(...ASSET_KINDS),
    recovery_pubkey: publicKey,
    recovery_proof: recoveryProof,
    files,
    hoster_share_pct: share,
    wallets: fc
      .uniqueArray(address, { maxLength: 2 })
      .map((all) => all.map((one) => ({ address: one, owner_pubkey: (KEYS[0] as KeyPair).publicKey, label: "Bob" }))),
    creator_currency_prefs: preferences,
    locations,
    registration_signature: signature,
    extension: fc.constant({ kept: [1, "x"] }),
  },
).map((draft) => matched(draft as Record<string, unknown>));

/** Makes the members agree that must: the primary address, and the recovery proof. */
function matched(draft: Record<string, unknown>): Record<string, unknown> {
  const { recovery_pubkey, recovery_proof, ...document } = draft;
  document["wallet"] = { ...(draft["wallet"] as object), address: encodeAddress(draft["model_id"] as string) };
  if (recovery_pubkey === undefined || recovery_proof === undefined || recovery_pubkey === draft["ed25519_pubkey"]) return document;
  const { model_id, ed25519_pubkey, registry } = draft;
  return { ...document, recovery_pubkey, recovery_proof: { ...(recovery_proof as object), model_id, ed25519_pubkey, registry } };
}

const change = fc.oneof(
  record({ kind: fc.constant("wallet-rail"), address, rail: fc.constantFrom(...RAILS), private_sha256: hash }, {}),
  record({ kind: fc.constant("splits"), contribution_splits: splits }, {}),
  record({ kind: fc.constant("lineage"), lineage }, {}),
  record({ kind: fc.constant("currency-prefs"), creator_currency_prefs: preferences }, {}),
  record({ kind: fc.constant("hoster-share"), hoster_share_pct: share }, {}),
  record({ kind: fc.constant("metadata"), metadata: fc.constant({ "training.data": { rows: 5 }, homepage: null, tags: ["a"] }) }, {}),
  record({ kind: fc.constant("locations"), locations }, {}),
  record({ kind: fc.constant("files"), files }, {}),
  record({ kind: fc.constant("deactivate") }, { reason: line }),
);

/** Valid documents of each type, signed or not; the signatures are random. */
export const SAMPLES = {
  registration,
  mutation: record({ spec: spec("mutation"), ...sent, model_id: uuid, nonce: from1, change }, { signature }),
  "key-rotation": fc.oneof(
    record({ spec: spec("key-rotation"), ...sent, model_id: uuid, nonce: from1, new_pubkey: publicKey }, { signature }),
    record({ spec: spec("key-rotation"), ...sent, model_id: uuid, nonce: from1, new_recovery_pubkey: publicKey }, { signature }),
  ),
  "key-challenge": record({ spec: spec("key-challenge"), ...sent, model_id: uuid, nonce: from1, rotation_digest: hash }, { signature }),
  "hoster-claim": record(
    {
      spec: spec("hoster-claim"),
      ...sent,
      model_id: uuid,
      hoster_pubkey: publicKey,
      name: line,
      wallet: address,
      host_signature: signature,
    },
    { challenge: line, signature },
  ),
  "hoster-verification": record(
    { spec: spec("hoster-verification"), ...sent, model_id: uuid, hoster_pubkey: publicKey, verified: fc.boolean(), nonce: from1 },
    { signature },
  ),
  "hoster-report": record(
    { spec: spec("hoster-report"), ...sent, model_id: uuid, hoster_pubkey: publicKey, quarter, inferences: count, revision: from1 },
    { signature },
  ),
  "recovery-proof": recoveryProof,
  "sign-in": record({ spec: spec("sign-in"), ...sent, pubkey: publicKey, challenge: line }, { signature }),
  sidecar: record(
    {
      spec: spec("sidecar"),
      ...sent,
      model_id: uuid,
      name: line,
      pubkey: publicKey,
      wallet: address,
      license_version: fc.constant("v8-10-2025"),
      sha256: fc.array(hash, { maxLength: 2 }),
      locations,
    },
    { $schema: fc.constant("https://registry.example/schemas/omla-1.json"), signature },
  ),
  statement: record(
    {
      spec: spec("statement"),
      ...generated,
      company_id: fc.uuid(),
      company_name: line,
      quarter,
      state: fc.constantFrom("REGISTERED", "REPORTING", "COMPLIANT", "UNDER_REVIEW", "DELINQUENT", "BLACKLISTED"),
      state_since: time,
      reported: fc.boolean(),
      line_count: count,
      royalty_usd: usd,
      deducted_fees_usd: usd,
      net_royalty_usd: usd,
      settled_usd: usd,
    },
    { signature },
  ),
  batch: record(
    {
      spec: spec("batch"),
      ...generated,
      run_id: fc.uuid(),
      quarter,
      lineage_policy: fc.constantFrom("sequential", "declared"),
      line_count: count,
      unfunded_count: count,
      distributed_usd: usd,
      creator_pool_usd: usd,
      hoster_pool_usd: usd,
      carried_usd: usd,
      totals: fc.array(
        record({ rail: fc.constantFrom(...RAILS), currency: fc.constantFrom("USD", "BTC"), payment_count: count, amount_usd: usd }, {}),
        { maxLength: 2 },
      ),
    },
    { signature },
  ),
} as const;

/** Single values that stand on the edge of some rule. */
export const STRANGE: readonly unknown[] = [
  ...[null, true, false, 0, 1, -1, 0.4, 40, 2 ** 53, Number.MAX_SAFE_INTEGER],
  ...["", " ", "0", "0.4", "0.40", "-1", "1.0000001", "100", "50", "50.000001", "51", "1e2", "1000000000000", "x\ny", "model", "splits"],
  ...["x".repeat(200), "x".repeat(201), "x".repeat(4000), "x".repeat(4001), `https://x/${"x".repeat(491)}`],
  ...["ftp://x", "https://", "https://a b", "HTTPS://REGISTRY.EXAMPLE", "https://registry.example", "https://registry.example/", "AA=="],
  ...["2026-02-28T00:00:00Z", "2026-02-30T00:00:00Z", "2026-01-01T00:00:00+00:00", "2026-Q3", "2026-Q5", "1969-Q4"],
  ...["0".repeat(64), "A".repeat(64), "3f2b8c1e-5d4a-4f6b-9a70-1c2d3e4f5a6b", "3f2b8c1e-5d4a-1f6b-9a70-1c2d3e4f5a6b"],
  ...["omla12n2ggut7gj7et6cuu6ztg3hhvgcnhlz8", "OMLA12N2GGUT7GJ7ET6CUU6ZTG3HHVGCNHLZ8", "omla12n2ggut7gj7et6cuu6ztg3hhvgcnhlz9"],
  ...[`Ag${"A".repeat(41)}=`, `${"A".repeat(43)}=`, `${"A".repeat(86)}==`, "__proto__", "toString"],
  ...[[], {}, [null], [[]], [""], { kind: "splits" }, { kind: "deactivate" }],
];

/** What a stranger might put in the place of a member. */
const strange = fc.oneof(
  fc.constantFrom(...STRANGE),
  fc.oneof(uuid, address, hash, publicKey, signature, time, origin, url, quarter, usd, line, lineage, splits, preferences),
  address.map((text) => text.toUpperCase()),
);

/** How one change is made: where (by number), and what. */
const edit = fc.record({ at: fc.nat(), how: fc.constantFrom("drop", "replace", "add", "repeat", "swap"), by: strange, other: fc.nat() });

/** Documents with up to two random changes anywhere in them. */
export function edited(sample: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(sample, fc.array(edit, { maxLength: 2 })).map(([document, edits]) => {
    const copy: unknown = structuredClone(document);
    for (const one of edits) apply(copy, one);
    return copy;
  });
}

interface Place {
  readonly holder: Record<string | number, unknown>;
  readonly name: string | number;
}

function apply(document: unknown, { at, how, by, other }: { at: number; how: string; by: unknown; other: number }): void {
  const places = placesOf(document);
  const place = places[at % Math.max(places.length, 1)];
  const twin = places[other % Math.max(places.length, 1)];
  if (!place || !twin) return;
  const { holder, name } = place;
  if (how === "drop" && Array.isArray(holder)) holder.splice(Number(name), 1);
  else if (how === "drop") delete holder[name];
  else if (how === "repeat" && Array.isArray(holder)) holder.push(structuredClone(holder[Number(name)]));
  else if (how === "swap") holder[name] = structuredClone(twin.holder[twin.name]);
  else if (how === "add" && !Array.isArray(holder)) holder["rail_identifier"] = by;
  else holder[name] = structuredClone(by);
}

/** Every member and item of a document. */
export function placesOf(value: unknown): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Record<string | number, unknown>;
  const names = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value);
  return names.flatMap((name) => [{ holder, name }, ...placesOf(holder[name])]);
}
