import {
  type DocumentType,
  type LineageLimits,
  readHosterReport,
  readHosterVerification,
  readKeyChallenge,
  readKeyRotation,
  readMutation,
  verifyHosterClaim,
} from "@omla/sdk/protocol";
import type { ApplyFunction } from "./repository.ts";

/** The members that every document which is sent to a registry has. */
interface SentDocument {
  readonly issued_at: string;
  readonly model_id: string;
}

/** How one kind of document is read, who may sign it, and what takes it. */
export interface SignedAction {
  read(document: unknown, limits: LineageLimits): SentDocument;
  /** `model`: one of the model's keys (or a wallet's owner); `hoster`: the key that the document names. */
  readonly signer: "model" | "hoster";
  readonly apply: ApplyFunction;
  /** What must hold beside the signature over the document. */
  readonly alsoVerify?: (document: object) => Promise<unknown>;
}

const BY_MODEL = ["body", "digest", "signature", "signer"] as const;
const BY_HOSTER = ["body", "digest", "signature"] as const;

export const SIGNED_ACTIONS = {
  mutation: {
    read: (document, limits) => readMutation(document, undefined, limits),
    signer: "model",
    apply: { name: "apply_mutation", takes: [...BY_MODEL, "privateText"] },
  },
  "key-rotation": {
    read: (document) => readKeyRotation(document),
    signer: "model",
    apply: { name: "apply_key_rotation", takes: BY_MODEL },
  },
  "key-challenge": {
    read: (document) => readKeyChallenge(document),
    signer: "model",
    apply: { name: "apply_key_challenge", takes: BY_MODEL },
  },
  "hoster-claim": {
    read: (document) => document as SentDocument,
    signer: "hoster",
    apply: { name: "apply_hoster_claim", takes: BY_HOSTER },
    alsoVerify: verifyHosterClaim,
  },
  "hoster-verification": {
    read: (document) => readHosterVerification(document),
    signer: "model",
    apply: { name: "apply_hoster_verification", takes: BY_MODEL },
  },
  "hoster-report": {
    read: (document) => readHosterReport(document),
    signer: "hoster",
    apply: { name: "apply_hoster_report", takes: BY_HOSTER },
  },
} as const satisfies Partial<Record<DocumentType, SignedAction>>;

export type SignedType = keyof typeof SIGNED_ACTIONS;

/** Which documents each action takes. */
export const ACTION_DOCUMENTS: Readonly<
  Record<string, { readonly types: readonly SignedType[]; readonly summary: string; readonly tag: string }>
> = {
  mutate: { types: ["mutation"], summary: "Change a registered model by a signed mutation with a higher nonce", tag: "models" },
  "rotate-key": {
    types: ["key-rotation", "key-challenge"],
    summary: "Ask for another key, or stop it within seven days by the other key",
    tag: "models",
  },
  "hoster-claim": {
    types: ["hoster-claim", "hoster-verification"],
    summary: "Claim to host a model, or accept and revoke a claim by the model's key",
    tag: "hosters",
  },
  "hoster-report": { types: ["hoster-report"], summary: "Report a quarter's volume, until 15 days after its end", tag: "hosters" },
};
