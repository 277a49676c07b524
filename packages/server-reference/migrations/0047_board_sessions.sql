-- How the board signs in: for each member the secret of an authenticator app (RFC 6238), and sessions that end by themselves.

-- What was meant for this and never written: its rows knew neither the member nor the moment of the last proof.
drop table if exists omla.sessions;

create table if not exists omla.board_credentials (
  member_id uuid constraint board_credentials_pkey primary key
    constraint board_credentials_member_id_fkey references omla.board_members,
  -- AES-256-GCM under a key that follows from the server's secret: a stolen table mints no code.
  sealed_secret text not null constraint board_credentials_sealed_form check (sealed_secret ~ '^v1\.[A-Za-z0-9_-]{60,200}$'),
  -- The last step of 30 seconds whose code was used: it and those before it are spent.
  last_step bigint not null default 0 constraint board_credentials_last_step_range check (last_step >= 0),
  -- Wrong codes in a row; from the fifth on the member waits, each time twice as long.
  failures int not null default 0 constraint board_credentials_failures_range check (failures >= 0),
  locked_until timestamptz,
  created_at timestamptz not null default omla.now_seconds()
);

create table if not exists omla.board_sessions (
  -- SHA-256 of the token: a stolen table opens nothing.
  token_sha256 omla.sha256_hex constraint board_sessions_pkey primary key,
  member_id uuid not null constraint board_sessions_member_id_fkey references omla.board_members,
  -- A browser's cookie is no bearer token, and the other way round.
  carrier text not null constraint board_sessions_carrier_known check (carrier in ('cookie', 'bearer')),
  created_at timestamptz not null default omla.now(),
  last_used_at timestamptz not null default omla.now(),
  -- The last code: payouts and listings ask for one of the last five minutes.
  proved_at timestamptz not null default omla.now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index if not exists board_sessions_member_id_idx on omla.board_sessions (member_id) where revoked_at is null;
create index if not exists board_sessions_expires_at_idx on omla.board_sessions (expires_at);

select omla.protect('omla.board_credentials', 'omla.board_sessions');
grant insert, update (sealed_secret, last_step, failures, locked_until) on omla.board_credentials to service_role;
grant insert, update (last_used_at, revoked_at), delete on omla.board_sessions to service_role;
