-- Clock, refusals, claims and the forms of texts: what every later migration stands on.

-- The time of the registry. Tests and demonstrations move it by setting omla.now; production never sets it.
create or replace function omla.now() returns timestamptz
language sql stable parallel safe
as $$ select coalesce(nullif(pg_catalog.current_setting('omla.now', true), '')::timestamptz, pg_catalog.now()) $$;

-- Protocol times have whole seconds.
create or replace function omla.now_seconds() returns timestamptz
language sql stable parallel safe
as $$ select pg_catalog.date_trunc('second', omla.now()) $$;

create or replace function omla.iso(at timestamptz) returns text
language sql stable parallel safe
as $$ select pg_catalog.to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') $$;

-- A refusal with a stable code. PostgREST reads the status from a state PTnnn; the server reads the code from the constraint field.
create or replace function omla.refuse(code text, message text, status int default 422, detail jsonb default '{}', hint text default '')
returns void language plpgsql
as $$
begin
  raise exception using errcode = 'PT' || status, message = code || ': ' || message, detail = detail::text, hint = hint, constraint = code;
end
$$;

create or replace function omla.claims() returns jsonb
language sql stable parallel safe
as $$ select coalesce(nullif(pg_catalog.current_setting('request.jwt.claims', true), ''), '{}')::jsonb $$;

create or replace function omla.claim(name text) returns text
language sql stable parallel safe
as $$ select nullif(coalesce(nullif(pg_catalog.current_setting('request.jwt.claims', true), ''), '{}')::jsonb ->> name, '') $$;

create or replace function omla.claim_company() returns uuid
language sql stable parallel safe
as $$ select nullif(coalesce(nullif(pg_catalog.current_setting('request.jwt.claims', true), ''), '{}')::jsonb ->> 'company_id', '')::uuid $$;

-- Quarters: calendar quarters in UTC; the end is the first instant of the next one.
create or replace function omla.quarter_start(quarter text) returns timestamptz
language sql immutable strict parallel safe
as $$ select pg_catalog.make_timestamptz(left(quarter, 4)::int, right(quarter, 1)::int * 3 - 2, 1, 0, 0, 0, 'UTC') $$;

create or replace function omla.quarter_end(quarter text) returns timestamptz
language sql immutable strict parallel safe
as $$ select pg_catalog.make_timestamptz(left(quarter, 4)::int + right(quarter, 1)::int / 4, right(quarter, 1)::int % 4 * 3 + 1, 1, 0, 0, 0, 'UTC') $$;

create or replace function omla.quarter_of(at timestamptz) returns text
language sql immutable strict parallel safe
as $$ select pg_catalog.to_char(at at time zone 'UTC', 'YYYY-"Q"Q') $$;

create or replace function omla.next_quarter(quarter text) returns text
language sql immutable strict parallel safe
as $$ select lpad((left(quarter, 4)::int + right(quarter, 1)::int / 4)::text, 4, '0') || '-Q' || right(quarter, 1)::int % 4 + 1 $$;

-- Bech32m (BIP-350) under the prefix omla, lower case.
create or replace function omla.bech32m_polymod(digits int[]) returns int
language plpgsql immutable strict parallel safe
as $$
declare
  chk int := 1;
  top int;
  digit int;
begin
  foreach digit in array digits loop
    top := chk >> 25;
    chk := ((chk & 33554431) << 5) # digit;
    if top & 1 > 0 then chk := chk # 996825010; end if;
    if top & 2 > 0 then chk := chk # 642813549; end if;
    if top & 4 > 0 then chk := chk # 513874426; end if;
    if top & 8 > 0 then chk := chk # 1027748829; end if;
    if top & 16 > 0 then chk := chk # 705979059; end if;
  end loop;
  return chk;
end
$$;

-- Valid means: charset, checksum, a payload of 16 to 32 bytes, fewer than five padding bits and all of them zero.
create or replace function omla.is_address(address text) returns boolean
language plpgsql immutable parallel safe
as $$
declare
  charset constant text := 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
  digits int[] := '{3,3,3,3,0,15,13,12,1}'; -- the prefix "omla", expanded
  digit int;
  data_digits int := length(address) - 11;
  spare int;
begin
  if address is null or length(address) not between 37 and 63 or left(address, 5) <> 'omla1' then return false; end if;
  for i in 6..length(address) loop
    digit := strpos(charset, substr(address, i, 1)) - 1;
    if digit < 0 then return false; end if;
    digits := digits || digit;
  end loop;
  spare := data_digits * 5 % 8;
  if spare >= 5 or digits[9 + data_digits] & ((1 << spare) - 1) <> 0 then return false; end if;
  return omla.bech32m_polymod(digits) = 734539939;
end
$$;

-- The primary address of a model encodes its id.
create or replace function omla.address_of(model_id uuid) returns text
language plpgsql immutable strict parallel safe
as $$
declare
  charset constant text := 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
  payload bytea := uuid_send(model_id);
  digits int[] := '{}';
  address text := 'omla1';
  acc int := 0;
  bits int := 0;
  chk int;
begin
  for i in 0..15 loop
    acc := ((acc << 8) | get_byte(payload, i)) & 4095;
    bits := bits + 8;
    while bits >= 5 loop
      bits := bits - 5;
      digits := digits || ((acc >> bits) & 31);
    end loop;
  end loop;
  digits := digits || ((acc << (5 - bits)) & 31);
  chk := omla.bech32m_polymod('{3,3,3,3,0,15,13,12,1}'::int[] || digits || '{0,0,0,0,0,0}'::int[]) # 734539939;
  for i in 0..5 loop
    digits := digits || ((chk >> (5 * (5 - i))) & 31);
  end loop;
  for i in 1..array_length(digits, 1) loop
    address := address || substr(charset, digits[i] + 1, 1);
  end loop;
  return address;
end
$$;

do $$
begin
  if to_regtype('omla.sha256_hex') is null then
    create domain omla.sha256_hex as text constraint sha256_hex_form check (value ~ '^[0-9a-f]{64}$');
  end if;
  if to_regtype('omla.public_key') is null then
    create domain omla.public_key as text constraint public_key_form check (value ~ '^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$');
  end if;
  if to_regtype('omla.signature') is null then
    create domain omla.signature as text constraint signature_form check (value ~ '^[A-Za-z0-9+/]{85}[AQgw]==$');
  end if;
  if to_regtype('omla.address') is null then
    create domain omla.address as text constraint address_form check (omla.is_address(value));
  end if;
  if to_regtype('omla.quarter') is null then
    create domain omla.quarter as text constraint quarter_form check (value ~ '^(19[7-9][0-9]|[2-9][0-9]{3})-Q[1-4]$');
  end if;
  -- Dollars in micros: numeric(18,6) prints six places; more places are a fault of the writer, checked before they get here.
  if to_regtype('omla.usd') is null then
    create domain omla.usd as numeric(18, 6) constraint usd_range check (value >= 0);
  end if;
end
$$;

-- Rows that may never change or go, whoever asks.
create or replace function omla.refuse_change() returns trigger
language plpgsql
as $$
begin
  perform omla.refuse('IMMUTABLE', format('%s of %s is refused: its rows are kept as they were written', lower(tg_op), tg_table_name), 409);
  return null;
end
$$;

-- Rows whose columns may never change, save those that the trigger names.
create or replace function omla.refuse_change_except() returns trigger
language plpgsql
as $$
declare
  old_row jsonb := to_jsonb(old);
  new_row jsonb := to_jsonb(new);
  frozen text;
begin
  select key into frozen from jsonb_each(new_row)
   where not key = any (tg_argv) and value is distinct from old_row -> key
   order by key limit 1;
  if frozen is not null then
    perform omla.refuse('IMMUTABLE', format('%s.%s cannot be changed', tg_table_name, frozen), 409, jsonb_build_object('column', frozen));
  end if;
  return new;
end
$$;

grant execute on function omla.now(), omla.now_seconds(), omla.iso(timestamptz), omla.refuse(text, text, int, jsonb, text), omla.claims(), omla.claim(text),
  omla.claim_company(), omla.quarter_start(text), omla.quarter_end(text), omla.quarter_of(timestamptz), omla.next_quarter(text),
  omla.bech32m_polymod(int[]), omla.is_address(text), omla.address_of(uuid) to public;
