-- Edges of a model to its parents, in their declared order. A parent outside this registry has no parent_id and carries nothing.
create table if not exists omla.lineage_edges (
  id uuid constraint lineage_edges_pkey primary key default gen_random_uuid(),
  child_id uuid not null constraint lineage_edges_child_id_fkey references omla.models,
  parent_id uuid constraint lineage_edges_parent_id_fkey references omla.models,
  -- What the document named, when it is not registered here.
  parent_ref text constraint lineage_edges_parent_ref_size check (length(parent_ref) between 1 and 500),
  relationship text not null constraint lineage_edges_relationship_known check (relationship in ('fine-tune', 'merge', 'distill', 'quantize', 'derivative')),
  contribution_weight numeric not null constraint weight_range check (contribution_weight between 0 and 1 and scale(trim_scale(contribution_weight)) <= 6),
  position int not null constraint lineage_edges_position_range check (position >= 0),
  effective_from timestamptz not null,
  effective_until timestamptz,
  document_digest omla.sha256_hex not null constraint lineage_edges_document_digest_fkey references omla.documents,
  update_signature omla.signature not null,
  update_nonce bigint not null,
  constraint lineage_edges_one_parent check (num_nonnulls(parent_id, parent_ref) = 1),
  constraint parent_self check (parent_id <> child_id),
  constraint lineage_edges_dates check (effective_until >= effective_from)
);
create unique index if not exists lineage_edges_position_once on omla.lineage_edges (child_id, position) where effective_until is null;
create unique index if not exists parent_duplicate on omla.lineage_edges (child_id, parent_id) where effective_until is null;
create unique index if not exists parent_ref_duplicate on omla.lineage_edges (child_id, parent_ref) where effective_until is null;
create index if not exists lineage_edges_child_idx on omla.lineage_edges (child_id, position);
create index if not exists lineage_edges_parent_idx on omla.lineage_edges (parent_id) where parent_id is not null;

drop trigger if exists lineage_edges_close_only on omla.lineage_edges;
create trigger lineage_edges_close_only before update or delete on omla.lineage_edges for each row execute function omla.close_only();

-- Writers of lineage take their turn on this row: two edges that would close a cycle together cannot both miss each other,
-- and sets are dated in the order in which they are committed, so that no moment of the past holds a cycle either.
create table if not exists omla.lineage_turn (
  id boolean constraint lineage_turn_pkey primary key default true constraint lineage_turn_one_row check (id),
  turn bigint not null default 0,
  at timestamptz not null default '-infinity'
);
insert into omla.lineage_turn default values on conflict do nothing;
