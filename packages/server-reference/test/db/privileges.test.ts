import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { APP_ROLE } from "../../src/db/role.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";
import { asRole, type Attempt } from "./connection.ts";
import { SECRET_TABLES, WRITES } from "./privileges.ts";

const DENIED = "42501";
const ROLES = ["anon", "authenticated", "service_role", "reviewer", "payout", APP_ROLE] as const;

let database: TestDatabase;
let tables: { readonly name: string; readonly columns: readonly string[] }[];
let views: string[];
beforeAll(async () => {
  database = await createTestDatabase();
  await database.owner(async (client) => {
    tables = (
      await client.query<{ name: string; columns: string[] }>(
        `select c.relname as name, array_agg(a.attname::text order by a.attname) as columns
           from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          where c.relnamespace = 'omla'::regnamespace and c.relkind in ('r', 'p') group by 1 order by 1`,
      )
    ).rows;
    views = (
      await client.query<{ name: string }>(
        "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('v', 'm', 'r') order by 1",
      )
    ).rows.map(({ name }) => name);
    // The outer wall is taken down, so that the inner one is tried as well: anonymous roles have no usage on this schema.
    await client.query("grant usage on schema omla to anon, authenticated, omla_app");
  });
});
afterAll(() => database.close());

/** What a role can really do to a table, told by trying each command. */
async function writesOn(attempt: Attempt, { name, columns }: (typeof tables)[number]): Promise<string> {
  const allowed = async (text: string): Promise<boolean> => (await attempt(text))?.code !== DENIED;
  const changeable: string[] = [];
  for (const column of columns) {
    if (await allowed(`update omla.${name} set ${column} = default where false`)) changeable.push(column);
  }
  const list = changeable.length === 0 ? [] : [`update(${changeable.join(",")})`];
  return [
    ...((await allowed(`insert into omla.${name} default values`)) ? ["insert"] : []),
    ...list,
    ...((await allowed(`delete from omla.${name} where false`)) ? ["delete"] : []),
    ...((await allowed(`truncate omla.${name} cascade`)) ? ["truncate"] : []),
  ].join(" ");
}

describe("the tables", () => {
  it.each(ROLES)("are written by %s only where the list of privileges says so", async (role) => {
    const found = await asRole(database, role, async (_, attempt) => {
      const entries: [string, string][] = [];
      for (const table of tables) entries.push([table.name, await writesOn(attempt, table)]);
      return Object.fromEntries(entries.filter(([, writes]) => writes !== ""));
    });
    expect(found).toEqual(WRITES[role]);
  });

  it("are all under forced row-level security and belong to the owner", async () => {
    const { rows } = await database.owner((client) =>
      client.query(
        `select relname from pg_class where relnamespace = 'omla'::regnamespace and relkind in ('r', 'p')
            and not (relrowsecurity and relforcerowsecurity and relowner = 'omla_owner'::regrole)`,
      ),
    );
    expect(rows).toEqual([]);
    expect(tables.length).toBeGreaterThan(40);
  });

  it("give nobody but the server a row of what is secret", async () => {
    await database.db.service((tx) =>
      tx.query("insert into omla.sign_in_challenges (challenge, expires_at) values (repeat('a', 32), omla.now())"),
    );
    for (const role of ["anon", "authenticated", "reviewer", "payout", APP_ROLE] as const) {
      await asRole(database, role, async (_, attempt) => {
        for (const table of SECRET_TABLES)
          expect({ role, table, code: (await attempt(`select * from omla.${table}`))?.code }).toEqual({ role, table, code: DENIED });
      });
    }
  });

  it("stay shut to a role that has a privilege and no policy", async () => {
    await database.owner((client) => client.query("grant select on omla.api_keys, omla.sign_in_challenges to anon"));
    await asRole(database, "anon", async (session) => {
      expect((await session.query("select count(*)::int as n from omla.sign_in_challenges")).rows).toEqual([{ n: 0 }]);
    });
    await database.owner((client) => client.query("revoke select on omla.api_keys, omla.sign_in_challenges from anon"));
  });
});

describe("the views of the API", () => {
  it.each(["anon", "authenticated"] as const)("are read by %s, every one of them, and never written", async (role) => {
    await asRole(database, role, async (_, attempt) => {
      for (const view of views) {
        expect({ view, error: await attempt(`select * from public.${view} limit 1`) }).toEqual({ view, error: undefined });
        for (const command of [`insert into public.${view} default values`, `delete from public.${view}`]) {
          expect({ view, code: (await attempt(command))?.code }).toEqual({ view, code: expect.stringMatching(/^(42501|55000)$/) });
        }
      }
    });
    expect(views.length).toBeGreaterThan(20);
  });

  it("run with the rights of whoever asks", async () => {
    const { rows } = await database.owner((client) =>
      client.query(
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'v' and not coalesce(reloptions @> array['security_invoker=true'], false)",
      ),
    );
    expect(rows).toEqual([]);
  });
});

/** What a stranger might try once he can send SQL as a role. */
const MISCHIEF: readonly string[] = [
  "create table public.mine (a int)",
  "create temporary table mine (a int)",
  "create schema mine",
  "create function public.f() returns int language sql as 'select 1'",
  "create view public.mine as select 1",
  "create role me superuser",
  "alter role anon bypassrls",
  "alter table omla.models disable row level security",
  "alter table omla.models no force row level security",
  "alter table omla.audit_log disable trigger all",
  "drop table omla.models",
  "drop policy public_read on omla.models",
  "create policy mine on omla.wallets using (true)",
  "grant omla_owner to anon",
  "set session_replication_role = replica",
  "set role omla_owner",
  "select * from pg_authid",
  "select pg_read_file('/etc/passwd')",
  "copy omla.models to program 'cat'",
  "copy (select 1) to '/tmp/omla'",
  "select lo_import('/etc/passwd')",
  "select nextval('omla.case_numbers')",
  "select setval('omla.case_numbers', 1)",
  "select omla.take_document('registration', '{}', '', '', '', null)",
  "select omla.store_rail('00000000-0000-4000-8000-000000000000', 'stripe', 'acct_evil', null, 1, now())",
  "select omla.tick_subject('00000000-0000-4000-8000-000000000000', 'me', now())",
  "select omla.judge_claim('00000000-0000-4000-8000-000000000000', true, 'me', '{}')",
  "comment on table omla.models is 'mine'",
];

/** Functions that act, with the only roles that may call them. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  "select omla.apply_registration('{}', '', '', null)": ["service_role"],
  "select omla.apply_mutation('{}', '', '', '', null)": ["service_role"],
  "select omla.apply_key_rotation('{}', '', '', '')": ["service_role"],
  "select omla.apply_key_challenge('{}', '', '', '')": ["service_role"],
  "select omla.complete_key_rotations()": ["service_role"],
  "select omla.apply_hoster_claim('{}', '', '')": ["service_role"],
  "select omla.apply_hoster_report('{}', '', '')": ["service_role"],
  "select omla.apply_hoster_verification('{}', '', '', '')": ["service_role"],
  "select omla.register_wallet('', '', '')": ["service_role"],
  "select omla.configure_registry(null, 'sequential', null)": ["service_role"],
  "select omla.lapse_complaints()": ["service_role"],
  "select omla.tick_compliance('{}'::uuid[])": ["service_role", "reviewer"],
  "select omla.audit_append('me', 'a', 'b', 'c', '{}')": ["service_role", "reviewer", "payout"],
  "select omla.audit_verify()": ["service_role", "reviewer"],
  "select omla.audit_redact(1, 'me', 'why')": ["reviewer"],
  "select omla.ledger_post('a', 'b', true, '[]')": ["service_role", "payout"],
  "select omla.ledger_post_set('{}')": ["service_role", "payout"],
  "select omla.clear_collections()": ["service_role", "payout"],
  "select omla.lock_collection('00000000-0000-4000-8000-000000000000')": ["service_role"],
  "select omla.payout_post_lines('00000000-0000-4000-8000-000000000000')": ["payout"],
  "select omla.payout_post_transfers('00000000-0000-4000-8000-000000000000', '{}')": ["payout"],
  "select omla.payout_hold('00000000-0000-4000-8000-000000000000', '[]')": ["payout"],
  "select omla.payout_write_payments('00000000-0000-4000-8000-000000000000')": ["payout"],
  "select omla.payout_cancel_transfers('00000000-0000-4000-8000-000000000000')": ["payout"],
  "select omla.payout_show('', 'completed')": ["payout"],
  "select omla.next_receipt_number()": ["service_role"],
  "select omla.refresh_transparency()": ["service_role"],
  "select omla.set_royalty_rate('model', 0.3, omla.now(), 'me')": ["reviewer"],
  "select omla.settle_lines('{}')": ["service_role", "reviewer"],
  "select omla.propose_approval('a', 'b', '{}', '', null)": ["service_role"],
  "select omla.execute_approval('00000000-0000-4000-8000-000000000000', '', null)": ["service_role"],
  "select omla.close_approval('00000000-0000-4000-8000-000000000000', null)": ["service_role"],
  "select omla.blacklist_subject('00000000-0000-4000-8000-000000000000', 'OTHER', 'me', '')": ["reviewer"],
  "select omla.clear_subject('00000000-0000-4000-8000-000000000000', 'me', '')": ["reviewer"],
  "select omla.redact_personal('x', 'y', 'me', '')": ["reviewer"],
  "select omla.set_enforcement('00000000-0000-4000-8000-000000000000', 'deny', 'me', '')": ["reviewer"],
  "select omla.mark_told('00000000-0000-4000-8000-000000000000', 'me', '')": ["reviewer"],
  "select omla.judge_location('00000000-0000-4000-8000-000000000000', '', true, 'me', '')": ["reviewer"],
  "select omla.review_hoster_claim('00000000-0000-4000-8000-000000000000', true, 'me', '')": ["reviewer"],
  "select omla.record_tax_form('', 'W-9', 'US', '', null, '', 'me')": ["service_role", "reviewer"],
  "select omla.withdraw_tax_form('00000000-0000-4000-8000-000000000000', 'me', '')": ["service_role", "reviewer"],
  "select omla.set_tax_threshold('US', 1, '1', 'me')": ["service_role", "reviewer"],
  "select omla.add_tax_form_kind('', '', '', true, 'me')": ["service_role", "reviewer"],
  "select omla.add_currency('', '', '', 1, 'me')": ["service_role", "reviewer"],
  "select omla.set_currency_active('XXX', true, 'me')": ["service_role", "reviewer"],
  "select omla.post_fx_rate('BTC', '1', 'a', null, 'me')": ["service_role", "reviewer", "payout"],
  "select omla.review_settlements()": ["service_role"],
  "select omla.acknowledge_drift('00000000-0000-4000-8000-000000000000', 'me', '')": ["service_role", "reviewer"],
};

describe("a role of the server", () => {
  it.each(ROLES)("%s gets nowhere with mischief", async (role) => {
    await asRole(database, role, async (_, attempt) => {
      for (const text of MISCHIEF) {
        const code = (await attempt(text))?.code ?? "done";
        expect({ text, code }).toEqual({ text, code: expect.stringMatching(/^(42501|0LP01|42P01|42883|22023)$/) });
      }
    });
  });

  it.each(ROLES)("%s calls only the acting functions that are its own", async (role) => {
    await asRole(database, role, async (_, attempt) => {
      for (const [text, roles] of Object.entries(ACTIONS)) {
        expect({ text, denied: (await attempt(text))?.code === DENIED }).toEqual({ text, denied: !roles.includes(role) });
      }
    });
  });

  it("can ask for the service of no function that is not named here", async () => {
    const { rows } = await database.owner((client) =>
      client.query<{ call: string }>(
        `select p.oid::regprocedure::text as call from pg_proc p
          where p.pronamespace = 'omla'::regnamespace and p.prosecdef and p.prorettype <> 'trigger'::regtype
            and (has_function_privilege('service_role', p.oid, 'execute') or has_function_privilege('reviewer', p.oid, 'execute')
              or has_function_privilege('payout', p.oid, 'execute') or has_function_privilege('anon', p.oid, 'execute')) order by 1`,
      ),
    );
    const named = [...Object.keys(ACTIONS).map((text) => /omla\.\w+/.exec(text)?.[0] ?? ""), ...READERS];
    expect(rows.map(({ call }) => call.split("(")[0]).filter((name) => !named.includes(name ?? ""))).toEqual([]);
  });

  it("finds no function of the owner without a fixed search path", async () => {
    const { rows } = await database.owner((client) =>
      client.query(
        `select oid::regprocedure::text from pg_proc where prosecdef and pronamespace in ('omla'::regnamespace, 'public'::regnamespace)
            and not coalesce(proconfig @> array['search_path=pg_catalog, pg_temp'], false)`,
      ),
    );
    expect(rows).toEqual([]);
  });
});

/** Functions of the owner that only read. */
const READERS = [
  "omla.setting",
  "omla.lineage_policy",
  "omla.limits",
  "omla.owned_models",
  "omla.owned_wallets",
  "omla.payout_amounts",
  "omla.schema_version",
  "omla.first_dispute",
  "omla.line_standing",
  "omla.unsigned_rows",
  "omla.unsigned_wallet_rails",
];
