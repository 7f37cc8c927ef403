/**
 * Runs every transition from every state on Postgres: those of the table below lead to their state
 * and report success; any other changes nothing and reports so. docs/training_states.md is compared
 * with the observed transitions: its diagram, the columns that each writes, and the audit trail.
 */
import { assert, assertEquals } from "@std/assert";
import type { ISql, Sql, TransactionSql } from "postgres";
import { testDatabase } from "../../../testing/database.ts";
import { REPORT } from "../../../testing/report.ts";
import { sourceFiles } from "../../../testing/source_files.ts";
import { pendingProject, projectRow, testOwner } from "../../../testing/training_project.ts";
import { until } from "../../../testing/until.ts";
import { ownedBy } from "../../http/database/owned_by.ts";
import {
  type Attempt,
  beat,
  cancelTraining,
  claimTraining,
  defer,
  delayAfterCrash,
  deleteProject,
  failTraining,
  finishFirstHalf,
  finishTraining,
  queueNewProject,
  queueRetrains,
  queueTraining,
  queueWithoutUser,
  refuseVersion,
  release,
  requeueRestored,
  restartTraining,
  returnTry,
  serveVersion,
} from "./training_states.ts";

type State = keyof typeof STATES;

/** Assignments that put a project into a state. */
const STATES = {
  waiting: (sql: ISql) => sql`status = 'PENDING'`,
  delayed: (sql: ISql) => sql`status = 'PENDING', not_before = now() + interval '1 hour'`,
  training: (sql: ISql) => sql`status = 'PROCESSING', lease_until = now() + interval '1 hour'`,
  promoting: (sql: ISql) =>
    sql`status = 'PROCESSING', lease_until = now() + interval '1 hour', progress = 1`,
  abandoned: (sql: ISql) => sql`status = 'PROCESSING', lease_until = now() - interval '1 minute'`,
  abandoned_promotion: (sql: ISql) =>
    sql`status = 'PROCESSING', lease_until = now() - interval '1 minute', progress = 1`,
  ready: (sql: ISql) => sql`status = 'READY'`,
  error: (sql: ISql) => sql`status = 'ERROR'`,
};

const ALL = Object.keys(STATES) as State[];
const QUEUED: State[] = ["waiting", "delayed"];
const RUNNING: State[] = ["training", "promoting", "abandoned", "abandoned_promotion"];
const ENDED: State[] = ["ready", "error"];
const GROUPS: Record<string, State[]> = { queued: QUEUED, running: RUNNING, ended: ENDED };

/** A project in some state, and who acts on it. */
interface Case {
  sql: Sql;
  id: number;
  owner: string;
  attempt: Attempt & { failures: number };
  /** Whether a version serves. */
  serving: boolean;
  /** Whether the training is the second half of the first one. */
  improving: boolean;
}

/** A way to walk an arrow. Resolves to whether the function reports that it was walked. */
interface Walk {
  arrow: string;
  /** `owner` names the caller, `attempt` a claim that may be lost; `all` is neither. */
  by: "owner" | "attempt" | "all";
  /** The state after the arrow; undefined where it is refused. */
  to: (from: State, at: Case) => State | "gone" | undefined;
  /** Whether it leaves, or makes, a training that improves; absent where it stays as it is. */
  improves?: boolean;
  walk: (at: Case) => Promise<unknown>;
}

/** From these states to the given one. */
const from = (states: State[], to: State | "gone") => (state: State) =>
  states.includes(state) ? to : undefined;
const stays = (states: State[]) => (state: State) => states.includes(state) ? state : undefined;
/** Ends a training: what serves decides which end it is. */
const ends = (states: State[]) => (state: State, { serving }: Case) =>
  states.includes(state) ? serving ? "ready" : "error" : undefined;
/** From the states of ended trainings, and of those that improve. */
const again = (state: State, { improving }: Case) =>
  improving || ENDED.includes(state) ? "waiting" : undefined;
const owned = (at: Case, arrow: (sql: TransactionSql, owner: string) => Promise<unknown>) =>
  ownedBy(at.sql, at.owner).begin((sql) => arrow(sql, at.owner));

const WALKS: Walk[] = [
  {
    arrow: "queueTraining",
    by: "owner",
    to: again,
    improves: false,
    walk: (at) => owned(at, (sql, owner) => queueTraining(sql, owner, at.id)),
  },
  {
    arrow: "queueWithoutUser",
    by: "owner",
    to: again,
    improves: false,
    walk: (at) =>
      owned(at, (sql, owner) => queueWithoutUser(sql, owner, { id: at.id, trainings: 1 })),
  },
  {
    arrow: "restartTraining",
    by: "owner",
    to: from(ALL, "waiting"),
    improves: false,
    walk: (at) => owned(at, (sql, owner) => restartTraining(sql, owner, at.id)),
  },
  {
    arrow: "cancelTraining",
    by: "owner",
    to: ends([...QUEUED, "training", "abandoned"]),
    walk: ({ sql, owner, id }) => cancelTraining(sql, owner, id),
  },
  {
    arrow: "serveVersion",
    by: "owner",
    to: stays(ALL),
    walk: (at) =>
      owned(at, (sql, owner) => {
        const served = { version: "9", report: REPORT, trainedAt: new Date(0) };
        return serveVersion(sql, owner, { id: at.id, ...served });
      }),
  },
  {
    arrow: "deleteProject",
    by: "owner",
    to: from(ALL, "gone"),
    walk: ({ sql, owner, id }) => deleteProject(sql, owner, id),
  },
  {
    arrow: "queueRetrains",
    by: "owner",
    to: from(["ready"], "waiting"),
    walk: async ({ sql, owner }) =>
      (await queueRetrains(sql, owner, { trainings: 1, leastHours: 1 })).length === 1,
  },
  {
    arrow: "requeueRestored",
    by: "all",
    to: from(RUNNING, "waiting"),
    walk: ({ sql }) => requeueRestored(sql),
  },
  {
    arrow: "claimTraining",
    by: "all",
    to: (state) =>
      state === "abandoned_promotion"
        ? "promoting"
        : from(["waiting", "abandoned"], "training")(state),
    walk: ({ sql, id }) => sql.begin((sql) => claimTraining(sql, { id, trainerId: TRAINER })),
  },
  {
    arrow: "beat",
    by: "attempt",
    to: from(RUNNING, "training"),
    walk: ({ sql, attempt }) => beat(sql, attempt, { stage: "evaluating", progress: .5 }),
  },
  {
    arrow: "beat",
    by: "attempt",
    to: from(RUNNING, "promoting"),
    walk: ({ sql, attempt }) => beat(sql, attempt, { stage: "publishing", progress: 1 }),
  },
  {
    arrow: "finishTraining",
    by: "attempt",
    to: from(RUNNING, "ready"),
    walk: ({ sql, attempt }) =>
      sql.begin((sql) => {
        const finished = { version: "2", report: { format: "other" }, isTimed: true };
        return finishTraining(sql, attempt, finished);
      }),
  },
  {
    arrow: "finishFirstHalf",
    by: "attempt",
    to: from(RUNNING, "waiting"),
    improves: true,
    walk: ({ sql, attempt }) =>
      sql.begin((sql) => {
        const finished = { version: "2", report: { format: "other" } };
        return finishFirstHalf(sql, attempt, finished);
      }),
  },
  {
    arrow: "refuseVersion",
    by: "attempt",
    to: from(RUNNING, "ready"),
    walk: ({ sql, attempt }) =>
      sql.begin((sql) => refuseVersion(sql, attempt, { reason: "It is worse.", isTimed: true })),
  },
  {
    arrow: "failTraining",
    by: "attempt",
    to: ends(RUNNING),
    walk: ({ sql, attempt }) =>
      sql.begin((sql) => failTraining(sql, attempt, { sentence: "No rows.", serving: null })),
  },
  {
    // The registry serves a version of which the database does not know.
    arrow: "failTraining",
    by: "attempt",
    to: from(RUNNING, "ready"),
    walk: ({ sql, attempt }) =>
      sql.begin((sql) => failTraining(sql, attempt, { sentence: "No rows.", serving: "1" })),
  },
  {
    arrow: "delayAfterCrash",
    by: "attempt",
    to: from(RUNNING, "delayed"),
    walk: ({ sql, attempt }) => delayAfterCrash(sql, attempt, "It crashed."),
  },
  {
    arrow: "defer",
    by: "attempt",
    to: from(RUNNING, "delayed"),
    walk: ({ sql, attempt }) => defer(sql, attempt, "The store does not answer."),
  },
  {
    arrow: "release",
    by: "attempt",
    to: from(RUNNING, "waiting"),
    walk: ({ sql, attempt }) => release(sql, attempt),
  },
  {
    arrow: "returnTry",
    by: "all",
    to: stays([...QUEUED, ...RUNNING]),
    walk: ({ sql, attempt }) =>
      returnTry(sql, {
        ...attempt,
        attempt: attempt.attempt - 1,
        failures: attempt.failures - 1,
      }),
  },
  {
    // No later claim has counted a failure.
    arrow: "returnTry",
    by: "attempt",
    to: () => undefined,
    walk: ({ sql, attempt }) => returnTry(sql, { ...attempt, attempt: attempt.attempt - 1 }),
  },
  {
    // There is no later claim.
    arrow: "returnTry",
    by: "attempt",
    to: () => undefined,
    walk: ({ sql, attempt }) => returnTry(sql, { ...attempt, failures: 0 }),
  },
  {
    // The later claim is of another training.
    arrow: "returnTry",
    by: "all",
    to: () => undefined,
    walk: ({ sql, attempt }) =>
      returnTry(sql, { id: attempt.id, training_id: TRAINER, attempt: 0, failures: 0 }),
  },
];

/** Arrows that leave the state as it is, and so are not in the diagram. */
const STAYING = ["returnTry", "serveVersion"];
const TRAINER = crypto.randomUUID();

Deno.test("each transition leads to its documented state, and every other is rejected", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  await sql`insert into recommender.trainers (id) values (${TRAINER})`;
  await sql`insert into recommender.turns (owner_id, turn) values (${await testOwner(sql)}, 5)`;
  const other = await testOwner(sql);
  const arrows = new Set<string>();
  const written = new Map(WALKS.map(({ arrow }) => [arrow, new Set<string>()]));
  const trails = new Map(WALKS.map(({ arrow }) => [arrow, new Set<string>()]));

  const walked = async (walk: Walk, beginning: Beginning) => {
    const { state } = beginning;
    const about = `${walk.arrow} from ${JSON.stringify(beginning)}`;
    const at = await inState(sql, beginning);
    const before = await allOf(sql, at);
    for (const stranger of strangers(at, walk, other)) {
      assert(!await walk.walk(stranger), `${about}, by another caller`);
      assertEquals(await allOf(sql, at), before, `${about}, by another caller`);
    }
    const to = walk.to(state, at);
    assertEquals(Boolean(await walk.walk(at)), to !== undefined, about);
    const after = await allOf(sql, at);
    if (to === undefined) assertEquals(after, before, about);
    else {
      const improves = ![...ENDED, "gone"].includes(to) && (walk.improves ?? at.improving);
      assertEquals(await stateOf(sql, at.id), to, about);
      assertEquals(after.project?.improving ?? false, improves, about);
      const [begun, ended] = [at.improving ? "improving" : state, improves ? "improving" : to];
      if (begun !== ended || !improves) arrows.add(`${begun} --> ${ended} : ${walk.arrow}`);
      for (const [name, value] of Object.entries(after.project ?? {})) {
        if (JSON.stringify(value) === JSON.stringify(before.project[name])) continue;
        written.get(walk.arrow)!.add(name);
      }
      for (const action of after.trail.slice(before.trail.length)) {
        trails.get(walk.arrow)!.add(action);
      }
    }
    await sql`delete from auth.users where id = ${at.owner}`;
  };
  const fromAllStates = async (walk: Walk) => {
    for (const state of ALL) {
      // A ready project serves, one in error does not; any other may or may not.
      for (const serving of { ready: [true], error: [false] }[state as string] ?? [true, false]) {
        await walked(walk, { state, serving, improving: false });
      }
      if (!ENDED.includes(state)) await walked(walk, { state, serving: true, improving: true });
    }
  };
  const [restored, others] = [true, false].map((is) =>
    WALKS.filter(({ arrow }) => (arrow === "requeueRestored") === is)
  );
  await Promise.all(others.map(fromAllStates));
  // It changes all projects, so it is walked alone.
  for (const walk of restored) await fromAllStates(walk);

  const text = await Deno.readTextFile(
    new URL("../../../docs/training_states.md", import.meta.url),
  );
  const drawn = arrowsOf(text);
  const byTime = [
    "delayed --> waiting : the delay passes",
    "training --> abandoned : the lease expires",
    "promoting --> abandoned_promotion : the lease expires",
  ];
  const moving = [...arrows].filter((arrow) => !STAYING.some((name) => arrow.endsWith(name)));
  assertEquals(drawn, [...moving, ...byTime, "new --> waiting : queueNewProject"].sort());
  for (const [arrow, columns] of written) {
    const said = sectionOf(text, arrow);
    assertEquals(said.writes, [...columns].sort(), `${arrow} writes`);
    assertEquals(said.trail, [...trails.get(arrow)!].sort(), `${arrow} in the trail`);
  }
});

Deno.test("a new project waits; another's name for the owner is refused", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const [ann, bob] = [await testOwner(sql), await testOwner(sql)];
  const named = { project_name: "Films", model_type: "CONTENT" as const };
  const project = await ownedBy(sql, ann).begin((sql) => queueNewProject(sql, ann, named));
  assertEquals(await stateOf(sql, project.id), "waiting");
  const refused = await ownedBy(sql, ann).begin((sql) => queueNewProject(sql, bob, named))
    .catch(({ code }) => code);
  assertEquals(refused, "42501", "row-level security");
  assertEquals((await sql`select from recommender.recommender_projects`).length, 1);
});

Deno.test("an abandoned training counts a failure, a waiting one does not", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  for (const [state, counted] of [["waiting", 0], ["abandoned", 1]] as const) {
    const { id, attempt } = await inState(sql, { state, serving: false });
    const claim = await sql.begin((sql) => claimTraining(sql, { id, trainerId: null }));
    assertEquals(claim?.failures, attempt.failures + counted);
    assertEquals(claim?.attempt, attempt.attempt + 1);
  }
});

Deno.test("a version promoted by hand clears the error of a ready project, and of no other", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  for (const state of ALL) {
    const at = await inState(sql, { state, serving: state !== "error" });
    const { error } = await projectRow(sql, at.id);
    const served = { id: at.id, version: "9", report: REPORT, trainedAt: new Date(0) };
    assert(await owned(at, (sql, owner) => serveVersion(sql, owner, served)));
    assertEquals((await projectRow(sql, at.id)).error, state === "ready" ? null : error, state);
  }
});

Deno.test("a retrain that waits for another transaction's training queues none after it", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const at = await inState(sql, { state: "ready", serving: true });
  const [queued, commit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const other = owned(at, async (sql, owner) => {
    await queueTraining(sql, owner, at.id);
    queued.resolve();
    await commit.promise;
  });
  await queued.promise;
  const retrains = queueRetrains(sql, at.owner, { trainings: 2, leastHours: 1 });
  await Promise.all([
    until(async () =>
      (await sql`select from pg_locks where not granted and pid in (
        select pid from pg_stat_activity where datname = current_database())`).count > 0
    ).then(() => commit.resolve()),
    other,
  ]);
  const { training_id } = await projectRow(sql, at.id);
  assertEquals(await retrains, []);
  assertEquals((await projectRow(sql, at.id)).training_id, training_id);
});

Deno.test("no other file changes a training's state: settings, a copy's names, cleaned texts, dropped and rolled-up events, items", async () => {
  const writing = /(insert into|update|delete from)\s+recommender\.recommender_projects/;
  const writers = new Set<string>();
  for (const root of ["functions", "worker-trainer", "ops"]) {
    for (const path of sourceFiles(root).filter((path) => !path.endsWith("_test.ts"))) {
      const text = await Deno.readTextFile(new URL(`../../../${path}`, import.meta.url));
      if (writing.test(text)) writers.add(path);
    }
  }
  assertEquals([...writers].sort(), [
    "functions/recommender/projects/settings.ts",
    "functions/recommender/projects/training_states.ts",
    "ops/backup/load_database.ts",
    "worker-trainer/housekeeping/clean_texts.ts",
    "worker-trainer/live/learned_events.ts",
    "worker-trainer/live/roll_up.ts",
    "worker-trainer/live/roll_up_items.ts",
  ]);
});

/** The state in which a walk begins. */
type Beginning = { state: State } & Pick<Case, "serving" | "improving">;

/** Creates a project in a state, every column of which an arrow would change. */
async function inState(
  sql: Sql,
  { state, serving, improving = false }: Omit<Beginning, "improving"> & Partial<Beginning>,
): Promise<Case> {
  const owner = await testOwner(sql);
  const file = { file_type: "INTERACTION" as const, storage_path: "u", dialect: {}, mapping: {} };
  const id = await pendingProject(sql, { owner, files: [file], settings: { retrain_every: 24 } });
  await sql`
    update recommender.recommender_projects
    set attempt = 2, failures = 1, deferrals = 1, stage = 'fitting', progress = .3,
        error = 'The last attempt crashed.', queued_at = now() - interval '3 days', queued_turn = 3,
        not_before = now() - interval '3 days', started_at = now() - interval '2 days',
        finished_at = now() - interval '2 days', last_seconds = 1, last_bytes = 7,
        mlflow_model_version = ${serving ? "1" : null}, improving = ${improving}
    where id = ${id}`;
  await sql`update recommender.recommender_projects set ${STATES[state](sql)} where id = ${id}`;
  const { training_id, attempt, failures } = await projectRow(sql, id);
  return { sql, id, owner, serving, improving, attempt: { id, training_id, attempt, failures } };
}

/** The same case by callers whom the arrow refuses in every state. */
function strangers(at: Case, { by }: Walk, other: string): Case[] {
  const { attempt } = at;
  if (by === "owner") return [{ ...at, owner: other }];
  if (by === "all") return [];
  return [
    { ...attempt, attempt: attempt.attempt + 1 },
    { ...attempt, training_id: crypto.randomUUID() },
    { ...attempt, id: attempt.id + 1 },
  ].map((attempt) => ({ ...at, attempt }));
}

/** Everything that an arrow could change: the row, and what its triggers write. */
async function allOf(sql: Sql, { id, owner }: Case) {
  const [all] = await sql`
    select to_jsonb(p) as project, array(
      select action from auth.audit_entries where owner_id = ${owner} order by id
    ) as trail
    from (select 1) one left join recommender.recommender_projects p on p.id = ${id}`;
  return all as { project: Record<string, unknown>; trail: string[] };
}

async function stateOf(sql: Sql, id: number): Promise<string> {
  const [row] = await sql<{ state: string }[]>`
    select case status
      when 'PENDING' then case when not_before <= now() then 'waiting' else 'delayed' end
      when 'PROCESSING' then case
        when lease_until < now() and progress = 1 then 'abandoned_promotion'
        when lease_until < now() then 'abandoned'
        when progress = 1 then 'promoting'
        else 'training' end
      else lower(status) end as state
    from recommender.recommender_projects where id = ${id}`;
  return row?.state ?? "gone";
}

/** Returns the arrows of the diagram, sorted, with each group as its states. */
function arrowsOf(text: string): string[] {
  const states = (name: string, end: string) => name === "[*]" ? [end] : GROUPS[name] ?? [name];
  return Array.from(
    text.matchAll(/^ *(\S+) --> (\S+) : (.+)$/gm),
    ([, from, to, labels]) =>
      labels.split(", ").flatMap((label) =>
        states(from, "new").flatMap((one) =>
          states(to, "gone").map((other) => `${one} --> ${other} : ${label}`)
        )
      ),
  ).flat().sort();
}

/** Returns the columns and the trail's entries that an arrow's section names, sorted. */
function sectionOf(text: string, arrow: string): { writes: string[]; trail: string[] } {
  const section = text.split(/^### /m).find((section) => section.startsWith(`${arrow}\n`)) ?? "";
  const names = (line: string) => {
    const [, said = ""] = new RegExp(`^- ${line}: ([^]*?)(?=^- |^$)`, "m").exec(section) ?? [];
    return Array.from(said.matchAll(/`([^`]+)`/g), ([, name]) => name).sort();
  };
  return { writes: names("Writes"), trail: names("Trail") };
}
