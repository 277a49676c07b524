import { signedDocument, signer } from "./signer.ts";

const [MODEL, STRANGER] = [signer(6), signer(9)] as const;
const MODEL_ID = "3f2b8c1e-5d4a-4f6b-9a70-1c2d3e4f5a6b";
const WALLET = "omla18u4cc8jaff8khxnsrsknun66dv5n87l9";
const OTHER_WALLET = "omla1wescua72zs89uq7q9mdycpd92sdys9zw";
const HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const REPOSITORY = "https://huggingface.co/owner/repo";
const BODY = {
  $schema: "https://registry.example/schemas/omla-1.json",
  spec: "omla-sidecar/1",
  model_id: MODEL_ID,
  name: "Modèle 🦙",
  pubkey: MODEL.publicKey,
  wallet: WALLET,
  license_version: "v8-10-2025",
  sha256: [HASH],
  registry: "https://registry.example",
  locations: [REPOSITORY],
  issued_at: "2026-07-01T00:00:00Z",
};
const RECORD = { registered: true, model_id: MODEL_ID, address: WALLET, ed25519_pubkey: MODEL.publicKey };
const ASKED = { record: RECORD, location: REPOSITORY, sha256: [HASH] };

type Fault = readonly [code: string, path?: string];

function sidecar(changes: object = {}): string {
  return JSON.stringify(signedDocument("sidecar", { ...BODY, ...changes }, MODEL), undefined, 2);
}

/** The one fault, or several; none means verified. */
function says(name: string, verdict: string, faults: readonly Fault[], context: object = ASKED, text = sidecar()): object {
  const listed = faults.map(([code, path]) => (path === undefined ? { code } : { code, path }));
  return { name, text, ...context, expected: { verdict, faults: listed } };
}

const at = (location: string): object => ({ ...ASKED, location });
const recorded = (changes: object): object => ({ ...ASKED, record: { ...RECORD, ...changes } });
const elsewhere: Fault = ["SIDECAR_LOCATION", "locations"];

export function sidecarCases(): object[] {
  const unsigned = JSON.stringify(BODY);
  return [
    says("every check holds", "verified", []),
    says("only a registry was asked", "verified", [], { record: RECORD }),
    says("the wallet in upper case", "verified", [], recorded({ address: WALLET.toUpperCase() })),
    says("below the location, with a query", "verified", [], at(`${REPOSITORY}/tree/main?x=1#y`)),
    says("the host in upper case and the default port", "verified", [], at("https://HuggingFace.co:443/owner/repo/")),
    says("no trusted registry was asked", "unproven", [["SIDECAR_REGISTRY", "registry"]], {}),
    says("the registry does not know the model", "unproven", [["SIDECAR_UNREGISTERED", "model_id"]], { record: null }),
    says("the registry says that it is not registered", "unproven", [["SIDECAR_UNREGISTERED", "model_id"]], {
      record: { registered: false },
    }),
    says("no signature", "unproven", [["SIDECAR_UNSIGNED", "signature"]], ASKED, unsigned),
    says("it does not say where it may stand", "unproven", [["SIDECAR_LOCATIONS", "locations"]], ASKED, sidecar({ locations: [] })),
    says("another model", "refuted", [["SIDECAR_MODEL", "model_id"]], recorded({ model_id: "0b9c7a52-1f7e-4c0e-8f4e-6d3b2a190c77" })),
    says("another key", "refuted", [["SIDECAR_KEY", "pubkey"]], recorded({ ed25519_pubkey: STRANGER.publicKey })),
    says("another wallet", "refuted", [["SIDECAR_WALLET", "wallet"]], recorded({ address: OTHER_WALLET })),
    says("another repository", "refuted", [elsewhere], at("https://huggingface.co/thief/repo")),
    says("a repository whose name goes on", "refuted", [elsewhere], at(`${REPOSITORY}2`)),
    says("another host", "refuted", [elsewhere], at("https://huggingface.co.evil.example/owner/repo")),
    says("the host as a user name", "refuted", [elsewhere], at("https://huggingface.co@evil.example/owner/repo")),
    says("out of the repository by dots", "refuted", [elsewhere], at(`${REPOSITORY}/../../thief/repo`)),
    says("other weights", "refuted", [["SIDECAR_WEIGHTS", "sha256"]], { ...ASKED, sha256: [HASH, "0".repeat(64)] }),
    says("several contradictions, in the order of the checks", "refuted", [["SIDECAR_KEY", "pubkey"], elsewhere], {
      ...recorded({ ed25519_pubkey: STRANGER.publicKey }),
      location: "https://example.com/",
    }),
    says("a contradiction goes before what is not said", "refuted", [["SIDECAR_REGISTRY", "registry"], elsewhere], {
      location: "https://example.com/",
    }),
    says("a member was changed", "refuted", [["SIGNATURE_INVALID", "signature"]], ASKED, sidecar().replace("Modèle", "Modele")),
    says(
      "signed as another type",
      "refuted",
      [["SIGNATURE_INVALID", "signature"]],
      ASKED,
      JSON.stringify(signedDocument("statement", BODY, MODEL)),
    ),
    says(
      "signed by a stranger",
      "refuted",
      [["SIGNATURE_INVALID", "signature"]],
      ASKED,
      JSON.stringify(signedDocument("sidecar", BODY, STRANGER)),
    ),
    says("a name that stands twice", "refuted", [["CANONICAL_JSON", "name"]], ASKED, sidecar().replace("{", '{"name":"x",')),
    says("not JSON", "refuted", [["CANONICAL_JSON"]], ASKED, sidecar().slice(1)),
    says("a key that is none", "refuted", [["KEY_INVALID", "pubkey"]], ASKED, sidecar({ pubkey: "x" })),
    says("a reserved member", "refuted", [["SIGNATURE_MEMBER", "signature_hint"]], ASKED, sidecar().replace("{", '{"signature_hint":"x",')),
    says("signed, but not by the field table", "refuted", [["DOCUMENT_SCHEMA", "issued_at"]], ASKED, sidecar({ issued_at: "2026-07-01" })),
    says(
      "a wallet whose checksum does not hold",
      "refuted",
      [["ADDRESS_INVALID", "wallet"]],
      ASKED,
      sidecar({ wallet: WALLET.replace("9", "8") }),
    ),
  ];
}
