-- What was published, byte for byte and for good.
create table if not exists omla.keysets (
  version int constraint keysets_pkey primary key constraint keysets_version_range check (version >= 1),
  threshold int not null constraint keysets_threshold_range check (threshold >= 1),
  raw text not null constraint keysets_raw_size check (octet_length(raw) <= 1048576),
  expires_at timestamptz not null,
  created_at timestamptz not null default omla.now_seconds()
);

create table if not exists omla.published_lists (
  sequence bigint constraint published_lists_pkey primary key constraint published_lists_sequence_range check (sequence >= 1),
  quarter omla.quarter not null,
  digest omla.sha256_hex not null,
  prev_sha256 omla.sha256_hex not null,
  -- The file, exactly as it is served.
  raw text not null constraint published_lists_raw_size check (octet_length(raw) <= 67108864),
  signed boolean not null,
  entry_count int not null constraint published_lists_entry_count_range check (entry_count >= 0),
  generated_at timestamptz not null,
  next_update timestamptz not null,
  expires_at timestamptz not null,
  constraint published_lists_times check (generated_at < next_update and next_update <= expires_at)
);

-- Numbers grow by one, and each list names the digest of the one before.
create or replace function omla.published_lists_chain() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  last record;
begin
  lock table omla.published_lists in share row exclusive mode;
  select l.sequence, l.digest into last from omla.published_lists l order by l.sequence desc limit 1;
  if new.sequence <> coalesce(last.sequence, 0) + 1 or new.prev_sha256 <> coalesce(last.digest::text, repeat('0', 64)) then
    perform omla.refuse('LIST_SEQUENCE', 'another list was published in the meantime', 409, jsonb_build_object('sequence', coalesce(last.sequence, 0)));
  end if;
  return new;
end
$$;
drop trigger if exists published_lists_chain on omla.published_lists;
create trigger published_lists_chain before insert on omla.published_lists for each row execute function omla.published_lists_chain();

create table if not exists omla.published_heartbeats (
  id bigint generated always as identity constraint published_heartbeats_pkey primary key,
  sequence bigint not null constraint published_heartbeats_sequence_fkey references omla.published_lists,
  raw text not null constraint published_heartbeats_raw_size check (octet_length(raw) <= 65536),
  generated_at timestamptz not null,
  expires_at timestamptz not null
);

do $$
declare
  kept text;
begin
  foreach kept in array array['keysets', 'published_lists', 'published_heartbeats'] loop
    execute format('drop trigger if exists %I on omla.%I', kept || '_immutable', kept);
    execute format('create trigger %I before update or delete on omla.%I for each row execute function omla.refuse_change()', kept || '_immutable', kept);
  end loop;
end
$$;
