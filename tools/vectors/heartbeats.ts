import { base64, canonical, signaturesOf, signedFile, type Signer, signer } from "./signer.ts";

const [KEY, OTHER, STRANGER] = [signer(4), signer(5), signer(9)] as const;
const NOW = "2026-10-01T01:00:00Z";
const DIGEST = "a038b8e0c7ba63433eafa537b73614e6e0404ed778d5fe83de2ab0e519c5ee43";
const OTHER_DIGEST = "1".repeat(64);
const LIST = { sequence: 12, digest: DIGEST, length: 1830 };
const BODY = {
  spec: "omla-heartbeat/1",
  sequence: 12,
  sha256: DIGEST,
  length: 1830,
  generated_at: "2026-10-01T00:00:00Z",
  expires_at: "2026-10-08T00:00:00Z",
};

interface Given {
  readonly file?: string;
  readonly keys?: readonly string[];
  readonly now?: string;
  readonly list?: object;
  readonly prior?: object;
}

function given(name: string, { file = signed(), keys = [KEY.publicKey], now = NOW, list = LIST, prior }: Given): object {
  return { name, raw_base64: base64(file), keys, now, list, ...(prior && { prior }) };
}

function signed(changes: object = {}, signers: readonly Signer[] = [KEY]): string {
  return signedFile("heartbeat", { ...BODY, ...changes }, signers);
}

function accepted(name: string, expected: "confirms" | "ages", more: Given = {}): object {
  return { ...given(name, more), code: "OK", expected };
}

function refused(name: string, code: string, more: Given, path?: string): object {
  return { ...given(name, more), code, ...(path !== undefined && { path }) };
}

const bare = (more: object): string => canonical({ ...BODY, signatures: signaturesOf("heartbeat", BODY, [KEY]), ...more });

export function heartbeatCases(): object[] {
  return [
    accepted("the list that is held is the newest", "confirms"),
    accepted("signature may be left out", "confirms", { file: bare({}) }),
    accepted("one of two pinned keys is enough", "confirms", { keys: [OTHER.publicKey, KEY.publicKey] }),
    accepted("an unknown key is ignored", "confirms", { file: signed({}, [STRANGER, KEY]) }),
    accepted("there is a later list", "ages", { list: { sequence: 11, digest: OTHER_DIGEST, length: 7 } }),
    accepted("exactly 300 s of skew", "confirms", { now: "2026-09-30T23:55:00Z" }),
    accepted("exactly expires_at", "confirms", { now: "2026-10-08T00:00:00Z" }),
    accepted("the last heartbeat again", "confirms", { prior: { sequence: 12, generated_at: "2026-10-01T00:00:00Z" } }),
    refused("another list of the same number", "HEARTBEAT_MISMATCH", { list: { ...LIST, digest: OTHER_DIGEST } }, "sha256"),
    refused("another length", "HEARTBEAT_MISMATCH", { list: { ...LIST, length: 1831 } }, "length"),
    refused("an earlier list than the one that is held", "HEARTBEAT_ROLLBACK", { list: { ...LIST, sequence: 13 } }, "sequence"),
    refused(
      "an earlier list than the last heartbeat",
      "HEARTBEAT_ROLLBACK",
      { prior: { sequence: 13, generated_at: "2026-09-30T00:00:00Z" } },
      "sequence",
    ),
    refused(
      "older than the last heartbeat",
      "HEARTBEAT_ROLLBACK",
      { prior: { sequence: 12, generated_at: "2026-10-01T00:00:01Z" } },
      "generated_at",
    ),
    refused("301 s of skew", "HEARTBEAT_NOT_YET_VALID", { now: "2026-09-30T23:54:59Z" }, "generated_at"),
    refused("a second past expires_at", "HEARTBEAT_EXPIRED", { now: "2026-10-08T00:00:01Z" }, "expires_at"),
    refused(
      "expiry goes before the rollback",
      "HEARTBEAT_EXPIRED",
      { now: "2026-10-08T00:00:01Z", list: { ...LIST, sequence: 13 } },
      "expires_at",
    ),
    refused("signed by a stranger", "HEARTBEAT_SIGNATURE", { file: signed({}, [STRANGER]) }, "signatures"),
    refused(
      "a member was changed",
      "HEARTBEAT_SIGNATURE",
      { file: signed().replace('"length":1830', '"length":1831') },
      "signatures[0].sig",
    ),
    refused(
      "signed as a blacklist",
      "HEARTBEAT_SIGNATURE",
      { file: bare({ signatures: signaturesOf("blacklist", BODY, [KEY]) }) },
      "signatures[0].sig",
    ),
    refused("signature repeats none of signatures", "HEARTBEAT_SIGNATURE", { file: bare({ signature: "x" }) }, "signature"),
    refused("a life of 7 days and a second", "HEARTBEAT_SCHEMA", { file: signed({ expires_at: "2026-10-08T00:00:01Z" }) }, "expires_at"),
    refused("expired when it was made", "HEARTBEAT_SCHEMA", { file: signed({ expires_at: BODY.generated_at }) }, "expires_at"),
    refused("a length of 0", "HEARTBEAT_SCHEMA", { file: signed({ length: 0 }) }, "length"),
    refused("a digest in upper case", "HEARTBEAT_SCHEMA", { file: signed({ sha256: DIGEST.toUpperCase() }) }, "sha256"),
    refused("not canonical: a space", "HEARTBEAT_SCHEMA", { file: signed().replace(":", ": ") }),
    refused("no heartbeat key is pinned", "CONFIG_KEYS", { keys: [] }, "keys"),
  ];
}
