-- Roles carry Supabase's names. The server logs in as omla_app, which owns nothing, inherits nothing and takes one role
-- per transaction. Roles belong to the whole cluster, so every step tolerates that they are already there.
do $$
declare
  wanted record;
begin
  for wanted in
    select * from (values
      ('omla_owner', 'nologin noinherit'),
      ('omla_app', 'noinherit'),
      ('omla_jobs', 'nologin noinherit'),
      ('anon', 'nologin noinherit'),
      ('authenticated', 'nologin noinherit'),
      ('service_role', 'nologin noinherit'),
      ('reviewer', 'nologin noinherit'),
      ('payout', 'nologin noinherit')
    ) as r (role_name, attributes)
  loop
    if not exists (select from pg_roles where rolname = wanted.role_name) then
      begin
        execute format('create role %I %s', wanted.role_name, wanted.attributes);
      exception when duplicate_object or unique_violation then
        null; -- another database of this cluster was migrated at the same moment
      end;
    end if;
  end loop;
end
$$;

do $$
declare
  membership record;
begin
  for membership in
    select * from (values
      ('omla_owner', current_user::text), ('omla_jobs', current_user::text),
      ('anon', 'omla_app'), ('authenticated', 'omla_app'), ('service_role', 'omla_app'),
      ('reviewer', 'omla_app'), ('payout', 'omla_app'), ('omla_jobs', 'omla_app')
    ) as m (group_name, member_name)
  loop
    begin
      -- Who may make roles is from PostgreSQL 16 on not a member of them, so the grant is made even where it looks superfluous.
      execute format('grant %I to %I', membership.group_name, membership.member_name);
    exception when insufficient_privilege or unique_violation then
      null; -- somebody else made these roles and their memberships
    end;
  end loop;
end
$$;

create schema if not exists omla;
alter schema omla owner to omla_owner;
create schema if not exists boss;
alter schema boss owner to omla_jobs;
create schema if not exists extensions;
create extension if not exists pg_trgm schema extensions;

do $$
begin
  execute format('revoke create, temporary on database %I from public', current_database());
  execute format('grant temporary on database %I to omla_owner', current_database());
end
$$;
revoke all on schema omla, boss from public;
grant usage on schema extensions to public;
grant usage on schema public to omla_owner, anon, authenticated, service_role, reviewer, payout;
grant create on schema public to omla_owner;
-- anon and authenticated get no usage on omla: they reach its tables through the views of public only.
grant usage on schema omla to service_role, reviewer, payout;

alter default privileges for role omla_owner revoke execute on functions from public;
-- A job can be queued in the transaction of what it follows from.
grant usage on schema boss to service_role;
alter default privileges for role omla_jobs in schema boss grant select, insert, update, delete on tables to service_role;
alter default privileges for role omla_jobs in schema boss grant execute on functions to service_role;
