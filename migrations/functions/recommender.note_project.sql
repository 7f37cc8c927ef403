-- Trigger of recommender.recommender_projects: adds changes of a project and the ends of its trainings
-- to the owner's audit trail; docs/training_states.md names them.
create or replace function recommender.note_project() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
declare
  project recommender.recommender_projects := coalesce(new, old);
  about jsonb := jsonb_build_object(
    'project_id', project.id, 'project_name', project.project_name
  );
begin
  if tg_op = 'INSERT' then
    perform auth.note(project.owner_id, 'project.created', about);
    return null;
  elsif tg_op = 'DELETE' then
    perform auth.note(project.owner_id, 'project.deleted', about);
    return null;
  end if;
  if new.settings is distinct from old.settings then
    perform auth.note(project.owner_id, 'project.settings_changed', about);
  end if;
  -- The trainer queues the second half of a training itself.
  if new.training_id is distinct from old.training_id and not new.improving then
    perform auth.note(project.owner_id, 'training.queued', about);
  end if;
  -- A refused version ends its training with stage `ready`, a cancelled training with `cancelled`;
  -- what became champion is a promotion.
  if new.finished_at is not null and new.finished_at is distinct from old.finished_at
    and new.error is not null
  then
    if new.stage = 'cancelled' then
      perform auth.note(project.owner_id, 'training.cancelled', about);
    else
      perform auth.note(
        project.owner_id,
        case when new.stage = 'ready' then 'model.rejected' else 'training.failed' end,
        about || jsonb_build_object('reason', new.error)
      );
    end if;
  end if;
  return null;
end
$$;

-- A trigger function cannot be called, so this permits nothing.
grant execute on function recommender.note_project to public;
