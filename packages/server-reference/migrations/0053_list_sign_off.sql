-- What waits for its signatures: lists and keysets, as they were generated, byte for byte.
create table if not exists omla.list_proposals (
  digest omla.sha256_hex constraint list_proposals_pkey primary key,
  kind text not null constraint list_proposals_kind_known check (kind in ('blacklist', 'keyset')),
  -- The sequence of a list, the version of a keyset.
  number bigint not null constraint list_proposals_number_range check (number >= 1),
  -- The exact canonical body, whose SHA-256 is signed.
  body text not null constraint list_proposals_body_size check (octet_length(body) <= 67108864),
  -- How many entries differ from the list before.
  changed int not null constraint list_proposals_changed_range check (changed >= 0),
  -- True where two people must agree: a large change of the list, or other keys.
  needs_two boolean not null,
  signatures jsonb not null default '[]' constraint list_proposals_signatures_form check (jsonb_typeof(signatures) = 'array' and jsonb_array_length(signatures) <= 16),
  status text not null default 'open' constraint list_proposals_status_known check (status in ('open', 'published', 'superseded')),
  proposed_by text not null constraint list_proposals_proposed_by_form check (proposed_by ~ '^[ -~]{1,200}$'),
  proposed_at timestamptz not null default omla.now_seconds(),
  approved_at timestamptz,
  closed_at timestamptz,
  constraint list_proposals_digest_of_body check (digest = encode(sha256(convert_to(body, 'UTF8')), 'hex')),
  constraint list_proposals_closed check ((status = 'open') = (closed_at is null))
);
-- A newer proposal takes the place of an open one, so that signatures for two of them can never both be good.
create unique index if not exists list_proposal_open on omla.list_proposals (kind) where status = 'open';

create or replace function omla.list_proposal_moves() returns trigger
language plpgsql
as $$
begin
  if old.status <> 'open' then
    perform omla.refuse('PROPOSAL_CLOSED', format('proposal %s is %s', left(old.digest, 12), old.status), 409);
  end if;
  return new;
end
$$;
drop trigger if exists list_proposals_moves on omla.list_proposals;
create trigger list_proposals_moves before update on omla.list_proposals for each row execute function omla.list_proposal_moves();
drop trigger if exists list_proposals_immutable on omla.list_proposals;
create trigger list_proposals_immutable before update on omla.list_proposals for each row
  execute function omla.refuse_change_except('signatures', 'status', 'approved_at', 'closed_at');
drop trigger if exists list_proposals_no_delete on omla.list_proposals;
create trigger list_proposals_no_delete before delete on omla.list_proposals for each row execute function omla.refuse_change();

-- What was really served when it was looked at from outside.
create table if not exists omla.list_checks (
  id bigint generated always as identity constraint list_checks_pkey primary key,
  checked_at timestamptz not null default omla.now(),
  sequence bigint not null constraint list_checks_sequence_fkey references omla.published_lists,
  outcome text not null constraint list_checks_outcome_known check (outcome in ('same', 'cached', 'older', 'different', 'unreachable')),
  served_sha256 omla.sha256_hex
);
create index if not exists list_checks_checked_at_idx on omla.list_checks (checked_at);

select omla.protect('omla.list_proposals', 'omla.list_checks');
grant insert, update (signatures, status, approved_at, closed_at) on omla.list_proposals to service_role;
grant insert, delete on omla.list_checks to service_role;
do $$
declare
  staff_table text;
begin
  foreach staff_table in array array['list_proposals', 'list_checks'] loop
    execute format('drop policy if exists staff_read on omla.%I', staff_table);
    execute format('create policy staff_read on omla.%I for select to reviewer, payout using (true)', staff_table);
    execute format('grant select on omla.%I to reviewer, payout', staff_table);
  end loop;
end
$$;
