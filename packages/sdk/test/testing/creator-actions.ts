import {
  buildKeyChallenge,
  buildKeyRotation,
  buildMutation,
  buildRecoveryProof,
  type Change,
  documentDigest,
  generateKeyPair,
  type KeyPair,
  privateDigest,
  type RecoveryProof,
  sha256Hex,
  signDocument,
  utf8Encode,
} from "@omla/sdk/protocol";
import type { Model } from "@omla/sdk";
import { REGISTRY } from "../../../server-reference/test/helpers/app.ts";
import { signModel } from "../../../server-reference/test/helpers/factories.ts";
import { agree, type Dice, modelOf, pick, type World, type WorldModel } from "./world.ts";

const PRIVATE = { rail_identifier: "acct_other", salt: "0123456789abcdef" };
const WEEK_MS = 7 * 86_400_000;
const PREFERENCES = [
  [{ code: "BTC", is_backup: true }],
  [
    { code: "BUZZ", is_backup: false },
    { code: "USDC", is_backup: true },
  ],
  [
    { code: "EUR", is_backup: false },
    { code: "USD", is_backup: false },
    { code: "ETH", is_backup: true },
  ],
  // Refused: no such currency; a backup that is no crypto.
  [{ code: "DOGE", is_backup: true }],
  [{ code: "USD", is_backup: true }],
];

/** Now and then the weights sum to more than 1, the registry is another one, or a currency is not known. */
export async function registerModel(world: World): Promise<void> {
  const { both, models, dice } = world;
  const parents = models.length === 0 ? [] : [...new Set([pick(dice, models).id, pick(dice, models).id])].slice(0, dice(3));
  const keys = await generateKeyPair();
  const recovery = dice(2) === 0 ? await generateKeyPair() : undefined;
  const model_id: string = crypto.randomUUID();
  const fields = {
    ...{ model_id, issued_at: both.now(), hoster_share_pct: pick(dice, ["0", "12.5"]), lineage: edges(dice, parents) },
    ...(dice(3) === 0 ? { creator_currency_prefs: pick(dice, PREFERENCES) } : {}),
    ...(recovery === undefined
      ? {}
      : { recovery_pubkey: recovery.publicKey, recovery_proof: await proofOf(model_id, keys, recovery, both.now()) }),
  };
  const model = await signModel(fields, keys).catch((error: unknown) => error as { code: string });
  if ("code" in model) return;
  const document =
    dice(8) === 0
      ? await signDocument("registration", { ...model.document, registry: "https://other.test" }, keys.secretKey)
      : model.document;
  const isAccepted = agree(world, "register", await both.ask((client) => client.models.register(document, { private: model.private })));
  if (isAccepted) models.push({ id: model_id, address: model.address, keys, recovery, nonce: 0, pending: undefined });
}

function proofOf(model_id: string, keys: KeyPair, recovery: KeyPair, issued_at: Date): Promise<RecoveryProof> {
  const proof = buildRecoveryProof({ issued_at, registry: REGISTRY, model_id, ed25519_pubkey: keys.publicKey });
  return signDocument("recovery-proof", proof, recovery.secretKey);
}

function edges(dice: Dice, parents: readonly string[]): { parent_id: string; relationship: "merge"; contribution_weight: string }[] {
  return parents.map((parent_id) => ({
    parent_id,
    relationship: "merge",
    contribution_weight: pick(dice, ["0.1", "0.333333", "0.5", "0.6"]),
  }));
}

/** Any of the changes; a parent may be a descendant, a receiver nobody, a hash somebody else's. */
async function someChange(world: World, model: WorldModel): Promise<Change> {
  const { models, wallets, dice } = world;
  const receivers = [
    model.address,
    pick(dice, models).address,
    ...wallets.map(({ address }) => address),
    "omla12n2ggut7gj7et6cuu6ztg3hhvgcnhlz8",
  ];
  const [first, second] = [pick(dice, receivers), pick(dice, receivers)];
  const hash = await sha256Hex(utf8Encode(`file ${dice(40)}`));
  const changes: Change[] = [
    { kind: "lineage", lineage: edges(dice, [...new Set([pick(dice, models).id, pick(dice, models).id])].slice(0, 1 + dice(2))) },
    { kind: "splits", contribution_splits: first === second ? [part(first, "100")] : [part(first, "70.5"), part(second, "29.5")] },
    { kind: "currency-prefs", creator_currency_prefs: pick(dice, PREFERENCES) },
    { kind: "hoster-share", hoster_share_pct: pick(dice, ["0", "7.25", "50"]) },
    { kind: "metadata", metadata: { "training.data": pick(dice, ["web", null]) } },
    { kind: "locations", locations: [`https://huggingface.co/someone/${dice(9)}`] },
    { kind: "files", files: [{ path: "model.safetensors", sha256: hash, size: 1 + dice(100) }] },
    {
      kind: "wallet-rail",
      address: pick(dice, [first, model.address]),
      rail: pick(dice, ["sepa", "wise"]),
      private_sha256: await privateDigest(PRIVATE),
    },
  ];
  if (dice(25) === 0 && models.length > 4) return { kind: "deactivate" };
  return changes[(world.turn += 1) % changes.length] as Change;
}

function part(wallet: string, percentage: string): { recipient: string; wallet: string; percentage: string } {
  return { recipient: "somebody", wallet, percentage };
}

/** Mostly the model's own key and the next number; else another key, an old number, or the same document again. */
async function mutateModel(world: World): Promise<void> {
  const { both, wallets, dice } = world;
  const model = modelOf(world);
  const change = await someChange(world, model);
  const owned = change.kind === "wallet-rail" ? wallets.find(({ address }) => address === change.address) : undefined;
  const counted = owned ?? model;
  const signer = dice(8) === 0 ? await generateKeyPair() : (owned?.owner ?? (dice(4) === 0 ? model.recovery : undefined) ?? model.keys);
  const nonce = counted.nonce + (dice(10) === 0 ? 0 : 1);
  if (nonce === 0) return;
  const draft = { issued_at: both.now(), registry: REGISTRY, model_id: model.id, nonce, change };
  let document: object;
  try {
    document = await signDocument("mutation", buildMutation(draft), signer.secretKey);
  } catch {
    return;
  }
  const beside = change.kind === "wallet-rail" ? { private: PRIVATE } : {};
  for (let times = 1 + (dice(9) === 0 ? 1 : 0); times > 0; times -= 1) {
    const isAccepted = agree(
      world,
      `mutate ${change.kind}`,
      await both.ask((client) => client.models.update(document, beside)),
      JSON.stringify(change),
    );
    if (isAccepted) counted.nonce = nonce;
  }
}

/** Asks for another key, or challenges what was asked for; sometimes by the wrong key. */
async function rotateKey(world: World): Promise<void> {
  const { both, dice } = world;
  const model = modelOf(world);
  const head = { issued_at: both.now(), registry: REGISTRY, model_id: model.id, nonce: model.nonce + 1 };
  const signer = pick(dice, [model.keys, model.recovery ?? model.keys]);
  const { pending } = model;
  if (pending !== undefined && dice(3) > 0) {
    const challenge = await signDocument(
      "key-challenge",
      buildKeyChallenge({ ...head, rotation_digest: pending.digest }),
      signer.secretKey,
    );
    if (await isAccepted(world, challenge)) Object.assign(model, { nonce: head.nonce, pending: undefined });
    return;
  }
  const keys = dice(6) === 0 ? model.keys : await generateKeyPair();
  const rotation = await signDocument("key-rotation", buildKeyRotation({ ...head, new_pubkey: keys.publicKey }), signer.secretKey);
  if (!(await isAccepted(world, rotation))) return;
  const digest = await documentDigest("key-rotation", rotation);
  Object.assign(model, { nonce: head.nonce, pending: { digest, by: signer, keys, at: new Date(both.now().getTime() + WEEK_MS) } });
}

async function isAccepted(world: World, document: object): Promise<boolean> {
  return agree(world, "rotate", await world.both.ask((client) => client.models.rotateKey(document)));
}

/** How a model stands: who is paid, from whom it descends, what of it everybody may read. */
async function readModel(world: World): Promise<void> {
  const model = modelOf(world);
  agree(
    world,
    "read",
    await world.both.ask(async ({ models }) => {
      const row = await models.get(model.id);
      const { name, ed25519_pubkey, recovery_pubkey, model_hash, is_active }: Partial<Model> = row ?? {};
      const terms = [...(await models.terms([model.id]))].sort(([a], [b]) => (a < b ? -1 : 1));
      return { row: { name, ed25519_pubkey, recovery_pubkey, model_hash, is_active }, splits: await models.splits(model.id), terms };
    }),
  );
}

export const CREATOR_ACTIONS: readonly ((world: World) => Promise<void>)[] = [
  registerModel,
  mutateModel,
  mutateModel,
  mutateModel,
  rotateKey,
  readModel,
];
