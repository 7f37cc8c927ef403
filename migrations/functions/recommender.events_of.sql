-- As recommender.live_events_of, with the events as jsonb: for services of the release before.
create or replace function recommender.events_of(persons jsonb, most integer)
returns table (call integer, merged text[], is_merged boolean, events jsonb)
language plpgsql stable security definer set search_path = pg_catalog set enable_seqscan = off as $$
begin
  return query
  select l.call, l.merged, l.is_merged, l.events::jsonb from recommender.live_events_of($1, $2) l;
end
$$;

revoke execute on function recommender.events_of from public;
grant execute on function recommender.events_of to airec_service;
