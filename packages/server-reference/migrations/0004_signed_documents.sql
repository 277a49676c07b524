-- Every signed document, byte for byte as it was signed, under the digest of its body. doctor verifies all of them again.
create or replace function omla.sha256_of(content text) returns text
language sql immutable strict parallel safe
as $$ select encode(sha256(convert_to(content, 'UTF8')), 'hex') $$;
grant execute on function omla.sha256_of(text) to public;

create table if not exists omla.documents (
  digest omla.sha256_hex constraint documents_pkey primary key,
  type text not null constraint documents_type_known check (type in (
    'registration', 'mutation', 'key-rotation', 'key-challenge', 'hoster-claim', 'hoster-verification', 'hoster-report')),
  -- The canonical JSON of the document without its signature member.
  body text not null constraint documents_body_size check (octet_length(body) <= 1048576),
  signature omla.signature not null,
  signer_pubkey omla.public_key not null,
  model_id uuid,
  received_at timestamptz not null default omla.now_seconds(),
  constraint documents_digest_true check (digest = omla.sha256_of(body))
);
create index if not exists documents_model_id_idx on omla.documents (model_id, received_at);
drop trigger if exists documents_immutable on omla.documents;
create trigger documents_immutable before update or delete on omla.documents for each row execute function omla.refuse_change();
drop trigger if exists documents_keep on omla.documents;
create trigger documents_keep before truncate on omla.documents for each statement execute function omla.refuse_change();

-- What travelled beside a document and is only committed to in it (private_sha256): it can be erased, the document stays verifiable.
create table if not exists omla.document_private (
  digest omla.sha256_hex constraint document_private_pkey primary key
    constraint document_private_digest_fkey references omla.documents,
  private jsonb,
  redacted_at timestamptz,
  constraint document_private_redacted check ((private is null) = (redacted_at is not null))
);
