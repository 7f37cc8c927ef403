-- Counted live events of several persons at once, each of one owner and project: those after `since`,
-- with the events of visitors merged into a user, the latest first, at most `most`; times in seconds
-- since 1970. `merged` names the visitors merged into the user after `since`: what a model of `since`
-- stored of them is the user's, too. `is_merged` says of a visitor that it was merged after `since`: what
-- such a model stored of it is a user's. Persons without any of these are not returned. Of the merges
-- into a user the last 100 are read: each costs a look-up with every answer. Without sequential scans,
-- since plans outlive the growth of a table. Columns are built and printed in less time than rows of
-- JSON.
create function recommender.person_events(persons jsonb, most integer)
returns table (
  call integer, merged text[], is_merged boolean, seqs bigint[], items text[], types text[],
  amounts double precision[], times double precision[]
)
language plpgsql stable security definer set search_path = pg_catalog set enable_seqscan = off as $$
begin
  return query
  select a.call, coalesce(v.merged, '{}'), coalesce(l.seq > a.since, false),
    coalesce(h.seqs, '{}'), coalesce(h.items, '{}'), coalesce(h.types, '{}'),
    coalesce(h.amounts, '{}'), coalesce(h.times, '{}')
  from (
    select c.ordinality::integer as call, p.id as project_id, c.value ->> 'person' as person,
      (c.value ->> 'anonymous')::boolean as anonymous, (c.value ->> 'since')::bigint as since
    from jsonb_array_elements($1) with ordinality c
      join recommender.recommender_projects p on p.id = (c.value ->> 'projectId')::integer
        and p.owner_id = (c.value ->> 'ownerId')::uuid
  ) a
    left join lateral (
      select array_agg(m.anonymous_id order by m.seq) as merged
      from (
        select m.project_id, m.anonymous_id, m.seq from recommender.merged_visitors m
        where not a.anonymous and m.project_id = a.project_id and m.user_id = a.person
          and m.seq > a.since
        order by m.seq desc limit 100
      ) m
      where not exists (
        select from recommender.merged_visitors b
        where b.project_id = m.project_id and b.anonymous_id = m.anonymous_id
          and b.seq > a.since and b.seq < m.seq
      )
    ) v on true
    left join lateral (
      select max(m.seq) as seq from recommender.merged_visitors m
      where a.anonymous and m.project_id = a.project_id and m.anonymous_id = a.person
    ) l on true
    left join lateral (
      select array_agg(r.seq) as seqs, array_agg(r.item_id) as items, array_agg(r.type) as types,
        array_agg(r.value) as amounts, array_agg(date_part('epoch', r.at)) as times
      from (
        select * from (
          select e.seq, e.item_id, e.type, e.value, e.at from recommender.live_events e
          where e.project_id = a.project_id and e.person = a.person and e.anonymous = a.anonymous
            and e.seq > greatest(a.since, l.seq) and e.counted
          union all
          -- Each merge takes the events after the merge before.
          select e.seq, e.item_id, e.type, e.value, e.at
          from (
            select m.project_id, m.anonymous_id, m.seq from recommender.merged_visitors m
            where not a.anonymous and m.project_id = a.project_id and m.user_id = a.person
              and m.seq > a.since
            order by m.seq desc limit 100
          ) m
            join recommender.live_events e on e.project_id = m.project_id
              and e.person = m.anonymous_id and e.anonymous
              and e.counted and e.seq <= m.seq and e.seq > greatest(a.since, (
                select max(b.seq) from recommender.merged_visitors b
                where b.project_id = m.project_id and b.anonymous_id = m.anonymous_id
                  and b.seq < m.seq
              ))
        ) both_kinds
        order by both_kinds.seq desc limit $2
      ) r
    ) h on true
  where v.merged is not null or l.seq > a.since or h.seqs is not null;
end
$$;

revoke execute on function recommender.person_events from public;
grant execute on function recommender.person_events to airec_service;
