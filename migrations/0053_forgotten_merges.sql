-- Merges of visitors into an erased user lose the user: see forget_live_events. Erased visitors go from
-- the outbox, too: see note_forgetting.

alter table recommender.merged_visitors alter column user_id drop not null;

delete from recommender.merged_visitors m
using recommender.erased_users u, recommender.erased_users v
where u.project_id = m.project_id and u.user_id = m.user_id and v.project_id = m.project_id
  and v.user_id = recommender.person_id(m.anonymous_id, true);

update recommender.merged_visitors m set user_id = null
from recommender.erased_users u
where u.project_id = m.project_id and u.user_id = m.user_id;

insert into webhooks.forgettings (owner_id, project_id, user_id)
select p.owner_id, p.id, substr(e.user_id, 2)
from recommender.erased_users e join recommender.recommender_projects p on p.id = e.project_id
where left(e.user_id, 1) = E'\x01' and webhooks.is_telling(substr(e.user_id, 2));
