-- What a badge asks, once more: PostgreSQL puts the body of this function into the question that calls it, so that many questions
-- together are planned once and answered by one walk through the indexes. That needs a function of the caller's own rights, whose names
-- are bound here and not by a search path; a view of the owner's rights shows it what everybody may know of a weight hash.

create or replace view omla.verdicts_by_hash as
  select h.sha256::text as sha256, v.model_id, v.name, v.address, v.ed25519_pubkey, v.license_version, v.asset_kind, v.state, v.state_since,
         v.registered_at, v.locations
    from omla.model_hashes h
    join omla.verdicts v on v.model_id = h.model_id
   where h.is_active;
alter view omla.verdicts_by_hash owner to omla_owner;
revoke all on omla.verdicts_by_hash from public;
grant select on omla.verdicts_by_hash to anon, authenticated, service_role, reviewer, payout;

create or replace function public.verify_by_hash(hash text)
returns table (registered boolean, model_id uuid, name text, address text, ed25519_pubkey text, license_version text, asset_kind text, state text,
  state_since text, registered_at text, locations jsonb, as_of text, query text)
language sql stable security invoker
begin atomic
  select v.model_id is not null, v.model_id, v.name, v.address, v.ed25519_pubkey, v.license_version, v.asset_kind, v.state, v.state_since,
         v.registered_at, v.locations, (select omla.iso(omla.now())), hash
    from (select 1) one
    left join omla.verdicts_by_hash v on v.sha256 = lower(hash);
end;
