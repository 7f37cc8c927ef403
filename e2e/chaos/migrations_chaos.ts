/**
 * Applies each migration since an earlier version in turn while the services of the preceding
 * commit run; they sign in, accept an upload and train on the resulting schema.
 */
import { assert, assertEquals } from "@std/assert";
import postgres from "postgres";
import { appliedMigrations, applyMigrations } from "../../ops/database/migrate.ts";
import { testDatabase } from "../../testing/database.ts";
import { call, createFilmProject, json, startSystem, untilReady } from "../../testing/system.ts";
import {
  type AddedMigrations,
  addedMigrations,
  currentNames,
} from "../../testing/added_migrations.ts";
import { earlierVersion, ignoreWithoutCommit } from "../../testing/earlier_version.ts";
import { steadyCalls } from "../../testing/faults/steady_calls.ts";
import { trainedShop } from "../../testing/trained_shop.ts";

/** The commit before the first migration. */
const EARLIER = "7ac1f20";
/** Time for a training, of which earlier versions search before they serve. */
const PATIENCE_MS = 600_000;
/** Duration of the calls before and after a migration. */
const CALLS_MS = 500;

Deno.test({
  name: "the services before each migration work during it and on its result",
  ignore: ignoreWithoutCommit(EARLIER),
  async fn(t) {
    const added = addedMigrations(EARLIER);
    assert(added.length > 10, `${added.length} commits added migrations`);
    for (const one of added) {
      await t.step(one.names.join(), () => goesOn(one));
    }
  },
});

async function goesOn({ commit, names }: AddedMigrations): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const { root } = stack.use(await earlierVersion(`${commit}^`));
  const database = stack.use(await testDatabase());
  const { sql } = database;
  await sql`drop schema auth, webhooks, recommender, http cascade`;
  await sql`drop table public.airec_migrations, public.airec_functions`;
  const before = Array.from(Deno.readDirSync(`${root}/migrations`), ({ name }) => name)
    .filter((name) => name.endsWith(".sql")).sort();
  await applied(sql, before);
  const home = await Deno.makeTempDir({ prefix: "airec-migrated-" });
  stack.defer(() => Deno.remove(home, { recursive: true }));
  const old = stack.use(await startSystem({ database, home, root }));
  const { id, login, byKey, byLogin, usage } = await trainedShop(old);
  const calls = steadyCalls({
    "a call by key": byKey,
    "an answer": byLogin,
    "a list": () => fetch(`${old.at.recommender}/projects/`, { headers: login }),
    "who I am": () => fetch(`${old.at.auth}/me`, { headers: login }),
  });
  const wait = () => new Promise((resolve) => setTimeout(resolve, CALLS_MS));
  await wait();
  const start = performance.now();
  await applied(sql, names);
  const milliseconds = Math.round(performance.now() - start);
  await wait();
  const refused = await calls.stop();
  // A migration holds locks briefly: 503 is expected, any other error is not.
  assertEquals(refused.filter((one) => !one.endsWith(" 503")), [], old.log());

  const account = { email: "ada@example.com", password: "a fine long password" };
  await call(`${old.at.auth}/login`, json(account));
  const counted = await usage();
  const answer = await byKey();
  await answer.body?.cancel();
  assertEquals([answer.status, await usage()], [200, counted + 1], old.log());
  await call(`${old.at.recommender}/project/${id}/users/2`, {
    method: "DELETE",
    headers: login,
    expect: 202,
  });
  const later = await createFilmProject(old, login);
  await untilReady(old, login, { id: later.id, patienceMs: PATIENCE_MS });
  await untilReady(old, login, { id, patienceMs: PATIENCE_MS });
  await call(`${old.at.recommender}/project/${later.id}`, {
    method: "DELETE",
    headers: login,
    expect: 204,
  });
  console.log(JSON.stringify({
    ...{ migration: names.join(), milliseconds, calls: calls.asked() },
    refused_for_a_moment: refused.length,
  }));
}

/** Applies these migrations in their current text, under their current names. */
async function applied(sql: postgres.Sql, namesThen: string[]): Promise<void> {
  const names = namesThen.map(currentNames(EARLIER)).sort();
  await sql.begin((sql) => applyMigrations(sql, names));
  const all = await appliedMigrations(sql);
  assert(names.every((name) => all.includes(name)), all.join());
}
