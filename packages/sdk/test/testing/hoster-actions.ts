import {
  buildHosterClaim,
  buildHosterReport,
  buildHosterVerification,
  encodeAddress,
  generateKeyPair,
  hostMessage,
  type KeyPair,
  nextQuarter,
  previousQuarter,
  quarterOf,
  sign,
  signDocument,
} from "@omla/sdk/protocol";
import { REGISTRY } from "../../../server-reference/test/helpers/app.ts";
import { agree, modelOf, pick, type World } from "./world.ts";

/** Mostly a claim that was made. */
function somePair(world: World): World["claims"][number] {
  const { claims, hosters, dice } = world;
  return claims.length > 0 && dice(5) > 0 ? pick(dice, claims) : { model: modelOf(world), hoster: pick(dice, hosters) };
}

async function registerWallet(world: World): Promise<void> {
  const { both, wallets, dice } = world;
  const owner = await generateKeyPair();
  const address =
    dice(5) === 0 && wallets.length > 0 ? pick(dice, wallets).address : encodeAddress(crypto.getRandomValues(new Uint8Array(16)));
  const isAccepted = agree(
    world,
    "wallet",
    await both.ask((client) => client.wallets.register({ address, owner_pubkey: owner.publicKey, label: "somebody" })),
  );
  if (isAccepted && wallets.every((wallet) => wallet.address !== address)) wallets.push({ address, owner, nonce: 0 });
}

async function claimModel(world: World): Promise<void> {
  const { both, hosters, wallets, dice } = world;
  const [model, hoster] = [modelOf(world), pick(dice, hosters)];
  const wallet = wallets.length > 0 ? pick(dice, wallets).address : model.address;
  const draft = buildHosterClaim({
    ...{ issued_at: both.now(), registry: REGISTRY, model_id: model.id, hoster_pubkey: hoster.publicKey, name: "A host", wallet },
    host_signature: await sign(hostMessage(model.id), dice(9) === 0 ? model.keys.secretKey : hoster.secretKey),
  });
  const document = await signDocument("hoster-claim", draft, hoster.secretKey);
  if (agree(world, "claim", await both.ask((client) => client.hosters.claim(document)))) world.claims.push({ model, hoster });
}

/** The model's key accepts a claim, or revokes it; its recovery key may not. */
async function judgeClaim(world: World): Promise<void> {
  const { both, dice } = world;
  const { model, hoster } = somePair(world);
  const nonce = model.nonce + 1;
  const verified = dice(4) > 0;
  const hoster_pubkey = hoster.publicKey;
  const draft = buildHosterVerification({ issued_at: both.now(), registry: REGISTRY, model_id: model.id, hoster_pubkey, verified, nonce });
  const signer = dice(6) === 0 ? (model.recovery ?? model.keys) : model.keys;
  const document = await signDocument("hoster-verification", draft, signer.secretKey);
  const isAccepted = agree(world, `judge ${verified}`, await both.ask((client) => client.hosters.verify(document)));
  if (isAccepted) model.nonce = nonce;
}

async function reportVolume(world: World): Promise<void> {
  const { both, dice } = world;
  const { model, hoster } = somePair(world);
  const running = quarterOf(both.now());
  const draft = buildHosterReport({
    ...{ issued_at: both.now(), registry: REGISTRY, model_id: model.id, hoster_pubkey: hoster.publicKey },
    ...{
      quarter: pick(dice, [running, running, previousQuarter(running), nextQuarter(running)]),
      inferences: dice(10_000),
      revision: 1 + dice(2),
    },
  });
  const document = await signDocument("hoster-report", draft, hoster.secretKey);
  agree(world, "volume", await both.ask((client) => client.hosters.report(document)));
}

async function readAccruals(world: World): Promise<void> {
  const { both, hosters, dice } = world;
  const hoster: KeyPair = pick(dice, hosters);
  agree(
    world,
    "accruals",
    await both.askAs(hoster, async (client) => {
      const accruals = await client.hosters.accruals();
      const nameOf = ({ model_id, verified, revoked, volumes }: (typeof accruals)[number]): string =>
        JSON.stringify([model_id, verified, revoked, volumes]);
      return [...accruals].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
    }),
  );
}

export const HOSTER_ACTIONS: readonly ((world: World) => Promise<void>)[] = [
  registerWallet,
  claimModel,
  judgeClaim,
  judgeClaim,
  reportVolume,
  readAccruals,
];
