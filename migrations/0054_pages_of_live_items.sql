-- Replaces live_items_of, which returned all changes at once: up to tens of megabytes to parse.

-- The next live items of an owner's project that changed after `items_after`, up to 500 with a
-- megabyte of cells, and the next 200 rows of a version that changed after `rows_after`, each in the
-- order of its number: an item as [seq, item_id, title, cells, deleted], a row as [seq, item_id, items,
-- weights, similar_weights]. There are no more if both are empty.
create function recommender.next_live_items(
  owner_id uuid, project_id integer, version text, items_after bigint, rows_after bigint
) returns table (items jsonb, item_rows jsonb)
language sql stable security definer set search_path = pg_catalog as $$
  select (
    select coalesce(jsonb_agg(
      jsonb_build_array(l.seq, l.item_id, l.title, l.cells, l.deleted) order by l.seq
    ), '[]')
    from (
      select n.*, sum(length(n.cells::text)) over (order by n.seq) - length(n.cells::text) as before
      from (
        select * from recommender.live_items i
        where i.project_id = p.id and i.seq > $4
        order by i.seq
        limit 500
      ) n
    ) l
    where l.before < 1000000
  ), (
    select coalesce(jsonb_agg(
      jsonb_build_array(r.seq, r.item_id, r.items, r.weights, r.similar_weights) order by r.seq
    ), '[]')
    from (
      select * from recommender.live_item_rows i
      where i.project_id = p.id and i.version = $3 and i.seq > $5
      order by i.seq
      limit 200
    ) r
  )
  from recommender.recommender_projects p where p.owner_id = $1 and p.id = $2
$$;

revoke execute on function recommender.next_live_items from public;
grant execute on function recommender.next_live_items to airec_service;

drop function recommender.live_items_of;
