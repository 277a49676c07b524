import { type Blacklist, generateKeyPair, type KeyPair, keyId, OmlaError, signFile, verifyBlacklist } from "@omla/sdk/protocol";
import { expect } from "vitest";
import { associationKey, type AssociationKey } from "../../../src/association-keys.ts";
import { databaseError } from "../../../src/db/errors.ts";
import { readOfflineFile } from "../../../src/domain/blacklist/offline-file.ts";
import { proposalBody } from "../../../src/domain/blacklist/sign-off-service.ts";
import type { TestApp } from "../../helpers/app.ts";

/** What a signer who is offline answers to a proposal: `ed25519:…` and the signature. */
export async function signByHand(test: TestApp, digest: string, ...secretKeys: string[]): ReturnType<typeof signFile> {
  const body = await test.ctx.db.service((tx) => proposalBody(tx, digest));
  return signFile(await readOfflineFile(body), secretKeys);
}

/** Companies that the board listed long ago, so that the next weekly edition takes them in. */
export async function listCompanies(test: TestApp, count: number): Promise<string[]> {
  const rows = await test.rows(
    `with made as (insert into omla.commercial_users (company_name) select 'Company ' || n from generate_series(1, $1::int) n returning id)
     select id from made`,
    [count],
  );
  const ids = rows.map(({ id }) => String(id));
  await test.rows(
    `update omla.compliance_state s set state = 'BLACKLISTED', blacklisted_at = t.at, told_at = t.at, reason = 'FALSE_REPORT', case_ref = omla.next_case(t.at)
       from (select $2::timestamptz - interval '20 days' as at) t where s.id = any ($1::uuid[])`,
    [ids, test.clock.now()],
  );
  return ids;
}

export async function servedList(test: TestApp): Promise<Blacklist> {
  return (await test.get("/api/blacklist.json")).json() as Blacklist;
}

/** Reads the served list as a gateway does that has pinned these keys. */
export async function expectVerified(test: TestApp, keys: readonly string[], threshold = 1): Promise<void> {
  const { rawPayload } = await test.get("/api/blacklist.json");
  expect(await verifyBlacklist(rawPayload, { keys, threshold, now: test.clock.now() })).toMatchObject({ ok: true, state: "FRESH" });
}

export interface NamedKey extends KeyPair {
  readonly key_id: string;
}

export async function newKey(): Promise<NamedKey & AssociationKey> {
  const pair = await generateKeyPair();
  return { ...(await associationKey(pair.secretKey)), key_id: await keyId(pair.publicKey) };
}

/** What a call is refused with; anything else is a fault of ours and is thrown on. */
export async function refusal(call: Promise<unknown>): Promise<OmlaError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => databaseError(reason) ?? reason,
  );
  if (error instanceof OmlaError) return error;
  throw new Error("expected a refusal", { cause: error });
}
