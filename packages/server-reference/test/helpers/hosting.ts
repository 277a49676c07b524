import { randomBytes } from "node:crypto";
import {
  buildHosterClaim,
  buildHosterReport,
  buildHosterVerification,
  encodeAddress,
  formatTimestamp,
  generateKeyPair,
  hostMessage,
  sign,
  signDocument,
} from "@omla/sdk/protocol";
import { REGISTRY, type TestApp } from "./app.ts";
import type { SignedModel } from "./factories.ts";

/** Somebody who hosts a model. */
export interface Hosting {
  readonly wallet: string;
  /** The model's key counter-signs the claim. */
  verify(): Promise<void>;
}

/** A claim of a new hoster on a model, with a volume; nobody has verified it yet. */
export async function hostModel(test: TestApp, model: SignedModel, quarter: string, inferences: number): Promise<Hosting> {
  const keys = await generateKeyPair();
  const wallet = encodeAddress(new Uint8Array(randomBytes(16)));
  const head = (): { issued_at: string; registry: string; model_id: string; hoster_pubkey: string } => ({
    issued_at: formatTimestamp(test.clock.now()),
    registry: REGISTRY,
    model_id: model.model_id,
    hoster_pubkey: keys.publicKey,
  });
  const send = async (action: string, body: object): Promise<void> => {
    const answer = await test.post(`/functions/v1/${action}`, body);
    if (answer.statusCode !== 201) throw new Error(`${action} answered ${answer.statusCode}: ${answer.body}`);
  };
  await send("register-wallet", { address: wallet, owner_pubkey: keys.publicKey, label: "Host" });
  const host_signature = await sign(hostMessage(model.model_id), keys.secretKey);
  const claim = buildHosterClaim({ ...head(), name: "Host", wallet, host_signature });
  await send("hoster-claim", { document: await signDocument("hoster-claim", claim, keys.secretKey) });
  const report = buildHosterReport({ ...head(), quarter, inferences, revision: 1 });
  await send("hoster-report", { document: await signDocument("hoster-report", report, keys.secretKey) });
  return {
    wallet,
    verify: async () => {
      const verification = buildHosterVerification({ ...head(), verified: true, nonce: 1 });
      await send("hoster-claim", { document: await signDocument("hoster-verification", verification, model.keys.secretKey) });
    },
  };
}
