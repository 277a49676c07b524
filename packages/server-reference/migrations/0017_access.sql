-- People and sessions: the board, sign-in challenges, sessions, and the counters of rate limits.
create table if not exists omla.board_members (
  id uuid constraint board_members_pkey primary key default gen_random_uuid(),
  email text not null constraint board_members_email_form check (email ~ '^[^@[:space:]]{1,64}@[^@[:space:]]{1,255}$'),
  role text not null default 'reviewer' constraint board_members_role_known check (role in ('reviewer', 'payout')),
  is_active boolean not null default true,
  created_at timestamptz not null default omla.now_seconds()
);
create unique index if not exists board_member_exists on omla.board_members (lower(email)) where is_active;

create table if not exists omla.sign_in_challenges (
  challenge text constraint sign_in_challenges_pkey primary key constraint sign_in_challenges_form check (challenge ~ '^[0-9A-Za-z_-]{32,64}$'),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index if not exists sign_in_challenges_expires_at_idx on omla.sign_in_challenges (expires_at);

create table if not exists omla.sessions (
  -- SHA-256 of the token: a stolen table opens nothing.
  token_sha256 omla.sha256_hex constraint sessions_pkey primary key,
  role text not null constraint sessions_role_known check (role in ('authenticated', 'reviewer', 'payout')),
  claims jsonb not null,
  created_at timestamptz not null default omla.now(),
  last_used_at timestamptz not null default omla.now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index if not exists sessions_expires_at_idx on omla.sessions (expires_at);

create table if not exists omla.rate_limits (
  key text constraint rate_limits_pkey primary key constraint rate_limits_key_size check (length(key) between 1 and 300),
  hits int not null,
  reset_at timestamptz not null
);
create index if not exists rate_limits_reset_at_idx on omla.rate_limits (reset_at);
