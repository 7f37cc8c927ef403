-- Files that are stored, or on their way, and belong to no project yet. A project that takes one
-- deletes its row; what nobody took is erased when it expires, as is what a service that was killed
-- left behind.

create table recommender.uploads (
  id           uuid primary key default gen_random_uuid(),
  owner_id     uuid not null references auth.users (id) on delete cascade,
  -- A name among the blobs.
  storage_path text not null,
  -- The rest is of those that come in parts; the others come and go with one request.
  file_name    text,
  bytes        bigint check (bytes > 0),
  -- Every part has so many bytes, and the last what is left.
  part_bytes   integer check (part_bytes > 0),
  -- What the store knows the parts by until they are one.
  handle       text,
  -- Of the whole, once the parts are one.
  sha256       text,
  created_at   timestamptz not null default now(),
  expires_at   timestamptz not null default now() + interval '1 day'
);

create index uploads_owner on recommender.uploads (owner_id, created_at desc);
create index uploads_expiry on recommender.uploads (expires_at);
create index uploaded_files_path on recommender.uploaded_files (storage_path);

create table recommender.upload_parts (
  upload_id uuid not null references recommender.uploads (id) on delete cascade,
  n         integer not null check (n > 0),
  sha256    text not null,
  -- What the store calls it.
  tag       text not null,
  primary key (upload_id, n)
);

-- PARTS are `blob?handle`.
alter table recommender.erasures drop constraint erasures_kind_check;
alter table recommender.erasures
  add constraint erasures_kind_check check (kind in ('BLOB', 'PARTS', 'MODEL', 'VERSION'));

create function recommender.note_unused_upload() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  if exists (select from recommender.uploaded_files where storage_path = old.storage_path) then
    return old;
  end if;
  if old.handle is not null and old.sha256 is null then
    insert into recommender.erasures (kind, name)
    values ('PARTS', old.storage_path || '?' || old.handle);
  end if;
  insert into recommender.erasures (kind, name) values ('BLOB', old.storage_path);
  perform pg_notify('recommender_queue', '');
  return old;
end
$$;

create trigger note_unused_upload after delete on recommender.uploads
  for each row execute function recommender.note_unused_upload();

grant select, insert, update, delete on recommender.uploads, recommender.upload_parts
  to airec_service, airec_trainer;

alter table recommender.uploads enable row level security;
create policy own on recommender.uploads to airec_service using (owner_id = http.current_owner());
create policy trainer on recommender.uploads to airec_trainer using (true);
alter table recommender.upload_parts enable row level security;
create policy own on recommender.upload_parts to airec_service
  using (exists (select from recommender.uploads u where u.id = upload_id));
create policy trainer on recommender.upload_parts to airec_trainer using (true);
