import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { examineDatabase } from "../../src/db/doctor.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";
import { arrangeRegistry } from "./arrange-registry.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ now: () => new Date("2026-10-02T00:00:00Z") });
  await arrangeRegistry(database);
});
afterAll(() => database.close());

async function findings(): Promise<Record<string, string>> {
  const found = await examineDatabase(database.db);
  return Object.fromEntries(found.filter(({ fine, what }) => !fine && what !== "database").map(({ what, detail }) => [what, detail]));
}

/** Closes or opens the first or second set of splits of the model that has two. */
function swap(until: "null" | "effective_from", nonce: number): string {
  return `update omla.contribution_splits set effective_until = ${until} where update_nonce = ${nonce} and model_id in (select model_id from omla.contribution_splits where update_nonce = 1)`;
}

/** Writes past the functions, as only an owner with the triggers off can, and puts things back afterwards. */
async function tampered(change: string, undo: string): Promise<Record<string, string>> {
  const guarded = (text: string): string => `set session_replication_role = replica; ${text}; set session_replication_role = origin`;
  await database.owner((client) => client.query(guarded(change)));
  const found = await findings();
  await database.owner((client) => client.query(guarded(undo)));
  return found;
}

describe("doctor", () => {
  it("finds nothing in a registry that was written through its functions", async () => {
    expect(await findings()).toEqual({});
  });

  it.each([
    [
      "a share of the money",
      "contribution_splits",
      "update omla.contribution_splits set percentage = percentage - 1 where effective_until is null",
      "update omla.contribution_splits set percentage = percentage + 1 where effective_until is null",
    ],
    [
      "the weight of an edge",
      "lineage_edges",
      "update omla.lineage_edges set contribution_weight = contribution_weight + 0.01",
      "update omla.lineage_edges set contribution_weight = contribution_weight - 0.01",
    ],
    [
      "where a wallet is paid",
      "wallets",
      "update omla.wallets set rail = 'paypal' where rail = 'wise'",
      "update omla.wallets set rail = 'wise' where rail = 'paypal'",
    ],
    [
      "the key of a model",
      "models",
      "update omla.models set ed25519_pubkey = repeat('B', 42) || 'A=' where name like 'Base%'",
      "update omla.models m set ed25519_pubkey = d.body::jsonb ->> 'ed25519_pubkey' from omla.documents d where d.digest = m.document_digest",
    ],
    [
      "a hoster's volume",
      "hoster_volume_reports",
      "update omla.hoster_volume_reports set inferences = inferences + 1",
      "update omla.hoster_volume_reports set inferences = inferences - 1",
    ],
    [
      "a hoster share",
      "hoster_shares",
      "update omla.hoster_shares set hoster_share_pct = hoster_share_pct + 1",
      "update omla.hoster_shares set hoster_share_pct = hoster_share_pct - 1",
    ],
    [
      "which set is in force",
      "contribution_splits in force",
      `${swap("effective_from", 1)}; ${swap("null", 0)}`,
      `${swap("effective_from", 0)}; ${swap("null", 1)}`,
    ],
  ])("finds that somebody changed %s", async (_name, relation, change, undo) => {
    expect((await tampered(change, undo))["signed rows"]).toContain(relation);
    expect(await findings()).toEqual({});
  });

  it.each([
    [
      "a policy's force was lifted",
      "row-level security is not forced on api_keys",
      "alter table omla.api_keys no force row level security",
      "alter table omla.api_keys force row level security",
    ],
    [
      "a role was given more",
      "service_role may write wallets",
      "grant update (rail) on omla.wallets to service_role",
      "revoke update (rail) on omla.wallets from service_role",
    ],
    [
      "a trigger was switched off",
      "the trigger audit_log_append_only is off",
      "alter table omla.audit_log disable trigger audit_log_append_only",
      "alter table omla.audit_log enable trigger audit_log_append_only",
    ],
    [
      "a view has rights of its own",
      "the view wallets has rights of its own",
      "alter view public.wallets reset (security_invoker)",
      "alter view public.wallets set (security_invoker = true)",
    ],
  ])("finds that %s", async (_name, gap, change, undo) => {
    await database.owner((client) => client.query(change));
    expect((await findings())["walls between roles"]).toBe(gap);
    await database.owner((client) => client.query(undo));
    expect(await findings()).toEqual({});
  });
});
