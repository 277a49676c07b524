-- Later migrations bring tables of their own: this gives one the owner and the forced row-level security that 0018 gave to those before it.
create or replace function omla.protect(variadic relations regclass[]) returns void
language plpgsql
as $$
declare
  relation regclass;
begin
  foreach relation in array relations loop
    execute format('alter table %s owner to omla_owner', relation);
    execute format('alter table %s enable row level security', relation);
    execute format('alter table %s force row level security', relation);
    execute format('drop policy if exists owner_all on %s', relation);
    execute format('create policy owner_all on %s to omla_owner using (true) with check (true)', relation);
    execute format('drop policy if exists service_all on %s', relation);
    execute format('create policy service_all on %s to service_role using (true) with check (true)', relation);
    execute format('grant select on %s to service_role', relation);
  end loop;
end
$$;
revoke execute on function omla.protect(regclass[]) from public;
