-- Nothing is changed here.
select 1;
