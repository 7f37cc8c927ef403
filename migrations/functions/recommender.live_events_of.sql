-- As recommender.person_events, with each event as [seq, item_id, type, value, at in ms since 1970], in
-- the order of their numbers: for services of the release before.
create or replace function recommender.live_events_of(persons jsonb, most integer)
returns table (call integer, merged text[], is_merged boolean, events json)
language plpgsql stable security definer set search_path = pg_catalog set enable_seqscan = off as $$
begin
  return query
  select p.call, p.merged, p.is_merged, coalesce((
    select json_agg(
      json_build_array(e.seq, e.item, e.type, e.amount, (e.time * 1000)::bigint) order by e.seq
    )
    from unnest(p.seqs, p.items, p.types, p.amounts, p.times) e(seq, item, type, amount, time)
  ), '[]')
  from recommender.person_events($1, $2) p;
end
$$;

revoke execute on function recommender.live_events_of from public;
grant execute on function recommender.live_events_of to airec_service;
