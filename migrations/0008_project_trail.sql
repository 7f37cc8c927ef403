-- What the owner's audit trail says of projects and their models: by triggers, so that neither the
-- service nor the trainer can forget it. It goes with the account, so a deleted account notes none.

create function recommender.note_project() returns trigger
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
  if new.training_id is distinct from old.training_id then
    perform auth.note(project.owner_id, 'training.queued', about);
  end if;
  -- A refused version ends its training with stage `ready`; what became champion is a promotion.
  if new.finished_at is not null and new.finished_at is distinct from old.finished_at
    and new.error is not null
  then
    perform auth.note(
      project.owner_id,
      case when new.stage = 'ready' then 'model.rejected' else 'training.failed' end,
      about || jsonb_build_object('reason', new.error)
    );
  end if;
  return null;
end
$$;

create trigger note_project
after insert or update of settings, training_id, finished_at or delete
on recommender.recommender_projects
for each row execute function recommender.note_project();

create function recommender.note_promotion() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform auth.note(
    p.owner_id,
    case new.reason when 'ROLLED_BACK' then 'model.rolled_back' else 'model.promoted' end,
    jsonb_build_object(
      'project_id', p.id, 'project_name', p.project_name, 'model_version', new.version,
      'by', case new.reason when 'TRAINED' then 'training' else 'hand' end
    )
  )
  from recommender.recommender_projects p where p.id = new.project_id;
  return null;
end
$$;

create trigger note_promotion after insert on recommender.promotions
for each row execute function recommender.note_promotion();

-- Not whom: the trail outlives them.
create function recommender.note_erased_user() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform auth.note(
    p.owner_id, 'project.user_erased',
    jsonb_build_object('project_id', p.id, 'project_name', p.project_name)
  )
  from recommender.recommender_projects p where p.id = new.project_id;
  return null;
end
$$;

create trigger note_erased_user after insert on recommender.erased_users
for each row execute function recommender.note_erased_user();
