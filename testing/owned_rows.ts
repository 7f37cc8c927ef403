/** Rows that an account can own, for tests. */
import type { Sql } from "postgres";

/** Tables without rows owned by an account. */
export const NOBODYS = [
  "auth.deleted_users",
  "auth.password_attempts",
  "auth.signups",
  "http.pauses",
  "http.stale_statistics",
  "recommender.erasures",
  "recommender.installation",
  "recommender.leftovers",
  "recommender.sweeps",
  "recommender.trainers",
];

/** Inserts a row for an account into every table that can hold one. */
export async function addOwnedRows(sql: Sql, owner: string): Promise<void> {
  const hash = `hash-of-a-key${owner}`;
  const [session] = await sql`
    insert into auth.sessions (owner_id, address) values (${owner}, '203.0.113.9') returning id`;
  await sql`
    insert into auth.refresh_tokens (hash, session_id)
    values (sha256(convert_to(${owner}, 'UTF8')), ${session.id})`;
  await sql`select auth.note(${owner}, 'account.signed_in', '{}')`;
  await sql`
    insert into http.idempotent_requests (owner_id, service, key, fingerprint, locked_until, body)
    values (${owner}, 'webhooks', 'a key', 'ab', now(), '{}')`;

  const [app] = await sql`
    insert into webhooks.apps (owner_id, app_name, api_key, key_prefix, key_last_four)
    values (${owner}, 'Shop', ${hash}, 'airec_live_ab', 'wxyz') returning id`;
  const [key] = await sql`
    insert into webhooks.api_keys (app_id, name, key_hash, key_prefix, key_last_four)
    values (${app.id}, 'first', ${hash}, 'airec_live_ab', 'wxyz') returning id`;
  await sql`insert into webhooks.rate_windows (key_id, minute, leased) values (${key.id}, now(), 1)`;
  await sql`insert into webhooks.event_windows (key_id, minute, leased) values (${key.id}, now(), 1)`;
  await sql`insert into webhooks.usage (app_id, app_name) values (${app.id}, 'Shop')`;
  await sql`insert into webhooks.usage_days (app_id, day, usage_count) values (${app.id}, now(), 1)`;
  await sql`
    insert into webhooks.endpoints (app_id, url, secret, previous_secret)
    values (${app.id}, 'https://shop.test/hook', 'sealed-secret', 'sealed-secret')`;
  await sql`
    insert into webhooks.identity_secrets (app_id, secret, previous_secret)
    values (${app.id}, 'sealed-secret', 'sealed-secret')`;
  const [event] = await sql`
    insert into webhooks.events (owner_id, type, body) values (${owner}, 'model.ready', '{}')
    returning id`;
  const [delivery] = await sql`
    insert into webhooks.deliveries (event_id, app_id) values (${event.id}, ${app.id})
    returning id`;
  await sql`
    insert into webhooks.delivery_attempts (delivery_id, attempt, duration_ms)
    values (${delivery.id}, 1, 5)`;

  const [{ id: project }] = await sql`
    insert into recommender.recommender_projects (owner_id, project_name, model_type)
    values (${owner}, 'Films', 'CONTENT') returning id`;
  const [file] = await sql`
    insert into recommender.uploaded_files
      (project_id, file_type, storage_path, file_name, bytes, sha256, dialect)
    values (${project}, 'CONTENT', ${`uploads/${owner}`}, 'films.csv', 10, 'ab', '{}') returning id`;
  await sql`
    insert into recommender.schema_mappings (file_id, app_schema_key, user_csv_column)
    values (${file.id}, 'item_id', 'film')`;
  await sql`
    insert into recommender.promotions (project_id, version, reason)
    values (${project}, '1', 'TRAINED')`;
  await sql`insert into recommender.hidden_items (project_id, item_id) values (${project}, 'film')`;
  await sql`
    insert into recommender.placements (project_id, name, version, rules)
    values (${project}, 'home', 1, '{"logic": "for_you"}')`;
  await sql`insert into recommender.erased_users (project_id, user_id) values (${project}, 'user')`;
  // A trigger counts it in live_event_counts.
  await sql`
    insert into recommender.live_events (project_id, event_id, person, anonymous, item_id, type, at)
    values (${project}, 'event', 'visitor', true, 'film', 'view', now())`;
  await sql`
    insert into recommender.merged_visitors (project_id, anonymous_id, user_id, seq)
    values (${project}, 'visitor', 'user', 1)`;
  await sql`
    insert into recommender.live_event_types (project_id, type) values (${project}, 'played')`;
  await sql`
    insert into recommender.rejected_events (project_id, code, detail)
    values (${project}, 'unknown_type', 'a sentence')`;
  await sql`insert into recommender.placements_seen (project_id, name) values (${project}, 'home')`;
  await sql`
    insert into recommender.result_hours (project_id, hour, placement, version, type, count)
    values (${project}, now(), 'home', 1, 'list', 1)`;
  await sql`insert into recommender.result_progress (project_id) values (${project})`;
  await sql`
    insert into recommender.attributions (project_id, list, item_id, kind)
    values (${project}, 1, 'film', 'click')`;
  await sql`
    insert into recommender.item_days (project_id, day, item_id, shown, clicked)
    values (${project}, now(), 'film', 1, 0)`;
  await sql`
    insert into recommender.learned_versions (project_id, version, learned_to)
    values (${project}, '1', 1)`;
  await sql`
    insert into recommender.trending (project_id, item_id, heat) values (${project}, 'film', 1)`;
  await sql`
    insert into recommender.trending_folds (project_id, half_life) values (${project}, 24)`;
  await sql`insert into recommender.live_items (project_id, item_id) values (${project}, 'new')`;
  await sql`
    insert into recommender.live_item_rows (project_id, version, item_id, item_seq)
    values (${project}, '1', 'new', 1)`;
  await sql`
    insert into recommender.item_feeds (project_id, url)
    values (${project}, 'https://shop.test/items.csv')`;
  const [upload] = await sql`
    insert into recommender.uploads (owner_id, storage_path)
    values (${owner}, ${`uploads/${owner}/part`}) returning id`;
  await sql`
    insert into recommender.upload_parts (upload_id, n, sha256, tag)
    values (${upload.id}, 1, 'ab', 'a tag')`;
}
