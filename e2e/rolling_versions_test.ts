/**
 * Rolling update: services of an earlier commit keep running while the schema is migrated, then run
 * next to those of this version.
 */
import { assert, assertEquals } from "@std/assert";
import postgres from "postgres";
import { MIGRATION_ATTEMPTS, repeatOnDeadlock } from "../ops/database/deadlock.ts";
import { applyMigrations, migrate, migrationNames } from "../ops/database/migrate.ts";
import {
  call,
  createFilmProject,
  json,
  signedUp,
  startSystem,
  untilReady,
} from "../testing/system.ts";
import { testDatabase } from "../testing/database.ts";
import { steadyCalls } from "../testing/faults/steady_calls.ts";
import { earlierVersion, ignoreWithoutCommit } from "../testing/earlier_version.ts";

/** A fixed commit, whose schema is at migration 0014. */
const EARLIER = "7ac1f20";
const LAST = "0014_erased_users_of.sql";

Deno.test({
  name: "the services of an earlier version work through the migrations, beside this version's",
  ignore: ignoreWithoutCommit(EARLIER),
  async fn() {
    await using stack = new AsyncDisposableStack();
    const { root } = stack.use(await earlierVersion(EARLIER));
    const database = stack.use(await testDatabase());
    await backTo(database.sql);
    const home = await Deno.makeTempDir({ prefix: "airec-rolling-" });
    stack.defer(() => Deno.remove(home, { recursive: true }));
    const old = stack.use(await startSystem({ database, home, root }));
    const login = await signedUp(old);
    const { id } = await createFilmProject(old, login);
    const { api_key } = await call(`${old.at.webhooks}/api/apps/register`, {
      ...json({ app_name: "Shop" }, login),
      expect: 201,
    });
    await untilReady(old, login, { id });

    const account = { email: "ada@example.com", password: "a fine long password" };
    const asked = { project_id: id, user_id: "1", item_title: await aTitle(old.at.recommender) };
    const keyed = json({ ...asked, n: 3 }, { "x-api-key": api_key });
    const questions: Record<string, () => Promise<Response>> = {
      "a call by key": () => fetch(`${old.at.webhooks}/api/recommend`, keyed),
      "an answer": () =>
        fetch(`${old.at.recommender}/project/${id}/recommendations`, json(asked, login)),
      "a list": () => fetch(`${old.at.recommender}/projects/`, { headers: login }),
      "who I am": () => fetch(`${old.at.auth}/me`, { headers: login }),
    };
    const traffic = steadyCalls(questions);
    const applied = await migrate(database.url);
    assert(applied.length > 0 && applied[0] > LAST, applied.join());
    await new Promise((resolve) => setTimeout(resolve, 300));
    const refused = await traffic.stop();
    // A migration holds locks briefly: 503 is expected, any other error is not.
    assertEquals(refused.filter((one) => !one.endsWith(" 503")), [], old.log());

    // The old version signs in, accepts an upload and trains it on the new schema.
    await call(`${old.at.auth}/login`, json(account));
    const later = await createFilmProject(old, login);
    assertEquals(later.mlflow_model_name, `project-${later.id}-recommender`);
    await untilReady(old, login, { id: later.id });

    // Both versions side by side accept each other's sessions and return the same results.
    const now = stack.use(await startSystem({ database, home }));
    const { token } = await call(`${now.at.auth}/login`, json(account));
    const again = { authorization: `Bearer ${token}` };
    const answers = await Promise.all([old, now].map(async ({ at }) => {
      const answer = await fetch(`${at.webhooks}/api/recommend`, keyed);
      assertEquals(answer.status, 200);
      const { recommendations } = await answer.json();
      return recommendations.map(({ item_id }: { item_id: string }) => item_id);
    }));
    assertEquals(answers[1], answers[0]);
    for (const [at, headers] of [[old, again], [now, login]] as const) {
      const both = await createFilmProject(at, headers);
      await untilReady(at === old ? now : old, headers, { id: both.id });
    }

    async function aTitle(recommender: string): Promise<string> {
      const { items } = await call(`${recommender}/project/${id}/items?limit=1`, {
        headers: login,
      });
      return items[0].item_title;
    }
  },
});

/** Recreates the schema of the earlier version in a new database. */
async function backTo(sql: postgres.Sql): Promise<void> {
  await sql`drop schema auth, webhooks, recommender, http cascade`;
  await sql`drop table public.airec_migrations, public.airec_functions`;
  const names = migrationNames().filter((name) => name <= LAST);
  await repeatOnDeadlock(
    () => sql.begin((sql) => applyMigrations(sql, names)),
    MIGRATION_ATTEMPTS,
  );
}
