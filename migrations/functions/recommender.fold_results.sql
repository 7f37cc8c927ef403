-- Adds at most `most` further events of a project, up to the number `upto`, to its sums, and notes in
-- the same transaction that they are in them. Returns their number; 0 while another process does so.
-- Events of more than 8 days ago are left out: they cannot follow a valid list. A purchase looks for
-- its click among the last 100 on the item, of the user and of each of the last 20 visitors who signed
-- in as the user: a single visitor's events cost no more than those of many.
create or replace function recommender.fold_results(project_id integer, upto bigint, most integer)
returns integer
language plpgsql security definer set search_path = pg_catalog as $$
#variable_conflict use_column
declare
  since           bigint;
  folded          integer;
  click_window    interval;
  purchase_window interval;
begin
  select make_interval(hours => coalesce((p.settings ->> 'click_window_hours')::integer, 24)),
    make_interval(hours => coalesce((p.settings ->> 'purchase_window_hours')::integer, 168))
  into click_window, purchase_window
  from recommender.recommender_projects p where p.id = $1
  for key share;
  if not found then
    return 0;
  end if;
  insert into recommender.result_progress (project_id) values ($1) on conflict do nothing;
  select r.folded_to into since
  from recommender.result_progress r where r.project_id = $1
  for update skip locked;
  if not found then
    return 0;
  end if;

  with added as materialized (
    select e.seq, e.person, e.anonymous, e.item_id, e.type, e.value, e.known, e.list, e.list_at,
      e.list_fault, coalesce(e.placement, '') as placement, e.version, e.variant,
      least(e.at, e.received_at) as at,
      least(e.at, e.received_at) > e.received_at - interval '8 days' as is_recent
    from recommender.live_events e
    where e.project_id = $1 and e.seq > since and e.seq <= $2
    order by e.seq limit $3
  ), events as materialized (
    select a.*, case
      when a.type in ('click', 'view') then 'click'
      when a.type in ('cart', 'purchase') then a.type
    end as kind
    from added a where a.is_recent
  ), touched as (
    -- A purchase without a valid list followed the visitor's last click on the item.
    select e.seq, e.item_id, e.kind, e.value, e.at, coalesce(e.list, t.list) as list,
      coalesce(e.list_at, t.list_at) as list_at,
      case when e.list is null then t.placement else e.placement end as placement,
      coalesce(e.version, t.version) as version, coalesce(e.variant, t.variant) as variant
    from events e
      left join lateral (
        select c.list, c.list_at, c.placement, c.version, c.variant
        from (
          select e.person, e.anonymous, 0 as after, e.seq as upto
          union all
          select m.anonymous_id, true, coalesce((
              select max(b.seq) from recommender.merged_visitors b
              where b.project_id = $1 and b.anonymous_id = m.anonymous_id and b.seq < m.seq
            ), 0), m.seq
          from (
            select m.anonymous_id, m.seq from recommender.merged_visitors m
            where not e.anonymous and m.project_id = $1 and m.user_id = e.person
            order by m.seq desc limit 20
          ) m
        ) w
          cross join lateral (
            select c.list, c.list_at, coalesce(c.placement, '') as placement, c.version, c.variant,
              c.at, c.seq
            from recommender.live_events c
            where c.project_id = $1 and c.person = w.person and c.anonymous = w.anonymous
              and c.item_id = e.item_id and c.type in ('click', 'view') and c.list is not null
              and c.at <= e.at
            order by c.at desc, c.seq desc limit 100
          ) c
        where c.seq > w.after and c.seq <= w.upto and c.at <= c.list_at + click_window
        order by c.at desc, c.seq desc limit 1
      ) t on e.kind = 'purchase' and e.list is null
    where e.kind is not null and (e.list is not null or e.kind = 'purchase')
  ), firsts as (
    select distinct on (t.list, t.item_id, t.kind) t.*
    from touched t
    where t.list is not null and t.at <= t.list_at
      + case t.kind when 'click' then click_window else purchase_window end
    order by t.list, t.item_id, t.kind, t.seq
  ), noted as (
    insert into recommender.attributions (project_id, list, item_id, kind)
    select $1, f.list, f.item_id, f.kind from firsts f
    union all
    select distinct $1, f.list, '', 'list' from firsts f where f.kind = 'click'
    on conflict do nothing
    returning list, item_id, kind
  ), attributed as (
    select f.at, f.placement, f.version, f.variant, f.kind as type, f.value, f.item_id
    from firsts f join noted n using (list, item_id, kind)
    union all
    select f.at, f.placement, f.version, f.variant, 'clicked_list', null, null
    from noted n join lateral (
      select * from firsts f where f.list = n.list and f.kind = 'click' order by f.seq limit 1
    ) f on n.kind = 'list'
    union all
    select e.at, e.placement, e.version, e.variant, 'impression', null, e.item_id
    from events e
    where e.type = 'impression' and e.list is not null and e.at <= e.list_at + click_window
  ), counted as (
    select date_trunc('hour', a.at, 'UTC') as hour, a.placement, a.version::integer as version,
      a.variant::smallint as variant, a.type, case a.type when 'purchase' then a.value end as value
    from attributed a
    union all
    -- Of all events.
    select date_trunc('hour', e.at, 'UTC'), '', 0, 0::smallint, t.type,
      case t.type when 'purchase' then e.value end
    from events e cross join lateral (
      values (case when e.type in (
          'impression', 'click', 'view', 'cart', 'purchase', 'like', 'rating', 'dislike', 'hide',
          'retract'
        ) then e.type else 'other' end),
        ('event'),
        (case when e.known = false then 'unknown_item' end),
        (case when e.list is not null or e.list_fault is not null then 'with_list' end),
        (case when e.list_fault is not null then 'unattributed' end)
    ) t(type)
    where t.type is not null
  ), hours as (
    insert into recommender.result_hours as h
      (project_id, hour, placement, version, variant, type, count, value)
    select $1, c.hour, c.placement, c.version, c.variant, c.type, count(*), coalesce(sum(c.value), 0)
    from counted c
    group by c.hour, c.placement, c.version, c.variant, c.type
    order by c.hour, c.placement, c.version, c.variant, c.type
    on conflict (project_id, hour, placement, version, variant, type)
      do update set count = h.count + excluded.count, value = h.value + excluded.value
  ), items as (
    insert into recommender.item_days as d (project_id, day, item_id, shown, clicked)
    select $1, (a.at at time zone 'UTC')::date, a.item_id,
      count(*) filter (where a.type = 'impression'), count(*) filter (where a.type = 'click')
    from attributed a
    where a.type in ('impression', 'click')
    group by 2, 3
    order by 2, 3
    on conflict (project_id, day, item_id)
      do update set shown = d.shown + excluded.shown, clicked = d.clicked + excluded.clicked
  ), progressed as (
    update recommender.result_progress r
    set folded_to = case when (select count(*) from added) < $3
      then greatest(since, $2) else (select max(a.seq) from added a) end
    where r.project_id = $1
  )
  select count(*) into folded from added;
  return folded;
end
$$;

revoke execute on function recommender.fold_results from public;
grant execute on function recommender.fold_results to airec_trainer;
