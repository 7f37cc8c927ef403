import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { fromFileUrl } from "@std/path";
import type { ISql, Sql } from "postgres";
import { ownedBy } from "../../functions/http/database/owned_by.ts";
import { newDatabase } from "../../testing/new_database.ts";
import { testDatabase } from "../../testing/database.ts";
import { MIGRATION_ATTEMPTS, repeatOnDeadlock } from "./deadlock.ts";
import { applyMigrations, migrate, migrationNames } from "./migrate.ts";
import { applyFunctions, sqlFunctions } from "./sql_functions.ts";

const MIGRATIONS = fromFileUrl(new URL("../../migrations/", import.meta.url));
const FILES = await sqlFunctions();
const NAMES = [...FILES.keys()].map((file) => file.replace(/\.sql$/, ""));

/**
 * Functions that several migrations define, from the time before `migrations/functions/`. No other
 * may join them: a change of a function is a change of its file.
 */
const DEFINED_AGAIN: Record<string, string[]> = {
  "recommender.note_project": ["0008", "0011"],
  "webhooks.bearer_of": ["0006", "0010", "0022"],
  "webhooks.export_of": ["0004", "0022"],
  "webhooks.note_completed": ["0006", "0010"],
  "webhooks.note_key": ["0002", "0022"],
};

/** Functions whose file differs from the migrations; the change of a file adds its name. */
const CHANGED: string[] = [
  "recommender.append_events",
  "recommender.export_of",
  "recommender.fold_results",
  "recommender.forget_live_events",
  "recommender.is_merge_due",
  "recommender.live_events_of",
  "recommender.note_project",
  "webhooks.note_completed",
  "webhooks.note_forgetting",
];

/** Functions whose file equals their definition in the migrations. */
const AS_MIGRATED = Object.keys(DEFINED_AGAIN).filter((name) => !CHANGED.includes(name));

Deno.test("a changed function has a file, and no later migration defines it", async () => {
  const definers: Record<string, string[]> = {};
  const dropped = new Set<string>();
  for (const file of migrationNames()) {
    const text = await Deno.readTextFile(MIGRATIONS + file);
    const statement =
      /^\s*(create|create or replace|drop|alter) function (?:if exists )?([\w.]+)/gm;
    for (const [, verb, name] of text.matchAll(statement)) {
      if (verb === "drop") dropped.add(name);
      else {
        (definers[name] ??= []).push(file.slice(0, 4));
        dropped.delete(name);
      }
    }
  }
  const again = Object.entries(definers).filter(([, files]) => files.length > 1).sort();
  const message = "Change a function in migrations/functions/, see CONTRIBUTING.md.";
  assertEquals(Object.fromEntries(again), DEFINED_AGAIN, message);
  const isDropped = (name: string) => dropped.has(name);
  for (const name of Object.keys(DEFINED_AGAIN)) {
    assert(NAMES.includes(name) || isDropped(name), `${name} has no file`);
  }
  assertEquals(NAMES.filter(isDropped), [], "A dropped function has no file.");
});

Deno.test("each file has one function, of its name, and the grants of that function", () => {
  for (const [file, text] of FILES) {
    const name = file.replace(/\.sql$/, "");
    const code = text.replaceAll(/^--.*\n/gm, "").replace(/\$\$[^]*\$\$/, "…");
    const [definition, ...rights] = code.trim().split(/;\s*/).filter(Boolean);
    assert(definition.startsWith(`create or replace function ${name}(`), file);
    assertMatch(definition, /security (definer|invoker)/, file);
    assert(rights.length > 0, `${file} has no grants`);
    for (const right of rights) {
      assertMatch(
        right,
        new RegExp(`^(grant|revoke) execute on function ${name} (to|from) `),
        file,
      );
    }
  }
});

/** Applies the migrations without the changed functions. */
async function migrateOnly(sql: Sql): Promise<void> {
  const all = () => sql.begin((sql) => applyMigrations(sql, migrationNames()));
  await repeatOnDeadlock(all, MIGRATION_ATTEMPTS);
}

Deno.test("the files redefine the functions of the migrations: same parameters, same result, same grants", async () => {
  await using database = await newDatabase();
  const { sql } = database;
  await migrateOnly(sql);
  const before = await definitions(sql);
  const applied = await sql.begin((sql) => applyFunctions(sql, FILES));
  assertEquals(applied, [...FILES.keys()]);
  const after = await definitions(sql);

  // One signature of each name: a function that takes or returns something else is another one.
  assertEquals(before.map(({ name }) => name), [...NAMES].sort());
  const outside = (all: Definition[]) => all.map(({ text: _, ...rest }) => rest);
  assertEquals(outside(after), outside(before));
  const textOf = (all: Definition[], name: string) => all.find((one) => one.name === name)?.text;
  const changed = AS_MIGRATED.filter((name) => textOf(after, name) !== textOf(before, name));
  assertEquals(changed, [], "Add the name of a changed function to CHANGED.");
});

Deno.test("a changed file is applied once, an unchanged one is not, a failing one changes nothing", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const apply = (files: Map<string, string>) => sql.begin((sql) => applyFunctions(sql, files));
  const before = await versions(sql);
  assertEquals(await apply(FILES), []);
  assertEquals(await versions(sql), before);

  const file = "webhooks.export_of.sql";
  const changed = new Map(FILES).set(file, `-- Changed.\n${FILES.get(file)}`);
  assertEquals(await apply(changed), [file]);
  const after = await versions(sql);
  const differing = Object.keys(after).filter((name) => after[name] !== before[name]);
  assertEquals(differing, ["webhooks.export_of"]);
  assertEquals(await apply(changed), []);
  assertEquals(await versions(sql), after);

  const broken = new Map(FILES).set("webhooks.note_key.sql", "create or replace function no;");
  await assertRejects(() => apply(broken), Error, "syntax error");
  assertEquals(await versions(sql), after, "the whole transaction is rolled back");
  assertEquals(await apply(changed), []);

  const without = new Map(FILES);
  without.delete(file);
  assertEquals(await apply(without), []);
  assertEquals(await apply(FILES), [file], "one that comes back is applied again");
});

Deno.test("two migrators at once apply everything once", async () => {
  await using database = await newDatabase();
  const all = [...migrationNames(), ...[...FILES.keys()].map((name) => `functions/${name}`)];
  const applied = await Promise.all([migrate(database.url), migrate(database.url)]);
  assertEquals(applied.toSorted((a, b) => a.length - b.length), [[], all]);
});

Deno.test("a database migrated before the files existed gets only the files", async () => {
  await using database = await newDatabase();
  await migrateOnly(database.sql);
  assertEquals(await migrate(database.url), [...FILES.keys()].map((name) => `functions/${name}`));
  assertEquals(await migrate(database.url), []);
});

Deno.test("functions of a newer version's database are unchanged", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  await sql`insert into public.airec_migrations (name) values ('9999_of_a_newer_version.sql')`;
  await sql`update public.airec_functions set sha256 = 'that of the newer file'`;
  const before = await versions(sql);
  assertEquals(await migrate(database.url), []);
  assertEquals(await versions(sql), before);
});

Deno.test("`deno task migrate` names what it applied, functions too", async () => {
  await using database = await newDatabase();
  const run = async () => {
    const { stdout, success } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", fromFileUrl(new URL("migrate.ts", import.meta.url))],
      env: { DATABASE_URL: database.url },
      stderr: "inherit",
    }).output();
    assert(success);
    return new TextDecoder().decode(stdout).trim();
  };
  assertMatch(await run(), /^Applied 0001_auth\.sql, .*, functions\/webhooks\.note_key\.sql\.$/);
  assertEquals(await run(), "The schema is up to date.");
});

Deno.test("functions of the files can be called only by the roles they name", async () => {
  await using database = await testDatabase();
  const { sql, service } = database;
  const id = crypto.randomUUID();
  await sql`insert into auth.users (id, name, email, password) values (${id}, 'Ada', 'a@b.test', '')`;
  const [{ export: exported }] = await ownedBy(service, id)`
    select webhooks.export_of(${id}) as export`;
  assertEquals(exported, { apps: [], events: [], deliveries: [] });
  await sql.begin(async (sql) => {
    await sql`set local role airec_sender`;
    const { code } = await sql.savepoint((sql) => sql`select webhooks.export_of(${id})`)
      .then(() => ({ code: "none" }), (error) => error);
    assertEquals(code, "42501");
  });
});

interface Definition {
  name: string;
  text: string;
  result: string;
  call: string;
  rights: string;
  attributes: string;
}

/** The functions of the files as the database has them. */
async function definitions(sql: ISql): Promise<Definition[]> {
  const rows = await sql<Definition[]>`
    select n.nspname || '.' || p.proname as name, pg_get_functiondef(p.oid) as text,
      pg_get_function_result(p.oid) as result, pg_get_function_arguments(p.oid) as call,
      (
        select string_agg(a::text, ' ' order by a::text)
        from unnest(coalesce(p.proacl, acldefault('f', p.proowner))) a
      ) as rights,
      concat_ws(' ', p.provolatile, p.prosecdef, p.proconfig, p.prorows, p.proowner) as attributes
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname || '.' || p.proname = any (${NAMES})
    order by n.nspname || '.' || p.proname collate "C"`;
  return [...rows];
}

/** The row version of each function, which any `create or replace` changes. */
async function versions(sql: ISql): Promise<Record<string, string>> {
  const rows = await sql<{ name: string; version: string }[]>`
    select n.nspname || '.' || p.proname as name, p.ctid::text || p.xmin::text as version
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname || '.' || p.proname = any (${NAMES})
    order by 1`;
  return Object.fromEntries(rows.map(({ name, version }) => [name, version]));
}
