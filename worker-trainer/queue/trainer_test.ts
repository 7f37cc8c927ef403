import { assertEquals } from "@std/assert";
import type { Sql } from "postgres";
import { delay } from "@std/async/delay";
import { testDatabase } from "../../testing/database.ts";
import { until } from "../../testing/until.ts";
import { diskBlobs } from "../../functions/recommender/blobs/disk.ts";
import { findProject } from "../../functions/recommender/projects/projects.ts";
import { cancelTraining } from "../../functions/recommender/projects/training_states.ts";
import { folderRegistry } from "../../functions/recommender/registry/folder.ts";
import type { Registry } from "../../functions/recommender/registry/registry.ts";
import { duties } from "../housekeeping/duties.ts";
import { runDuties } from "../housekeeping/run_duties.ts";
import { missingOf } from "./missing.ts";
import type { Order } from "./training_process.ts";
import { claimProject } from "./claim.ts";
import { erasedUser, pendingProject, projectRow } from "../../testing/training_project.ts";
import { runTrainer, type TrainerOptions } from "./trainer.ts";

/** Runs a trainer and its housekeeping on a new database and folder, until the scope ends. */
async function trainer(
  train: TrainerOptions["train"],
  { heartbeatMs = 20, memory = 8e9 }: { heartbeatMs?: number; memory?: number } = {},
) {
  const database = await testDatabase();
  const folder = await Deno.makeTempDir();
  const blobs = diskBlobs(folder);
  const registry = folderRegistry(blobs, { installation: "here" });
  const stop = new AbortController();
  const { sql } = database;
  const log = () => {};
  const place = { ...{ sql, blobs, registry, log }, installation: "here", oursAlone: false };
  const running = Promise.all([
    runTrainer(
      {
        ...{ sql, registry, blobs, installation: "here", train, log, heartbeatMs },
        pollMs: 50,
        memory,
      },
      stop.signal,
    ),
    runDuties({ sql, duties: duties(place), log }, stop.signal),
  ]);
  return {
    ...{ sql, blobs, registry, folder },
    async stop() {
      stop.abort();
      await running;
    },
    async [Symbol.asyncDispose]() {
      await this.stop();
      await database[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Publishes a version as a training would. */
async function publish(registry: Registry, model: string, trainingId: string) {
  const encoded = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  return await registry.publish({
    ...{ model, trainingId, description: "", parameters: {}, metrics: {}, tags: {} },
    files: { "report.json": encoded({}), "run.json": encoded({ learned_to: 0, receipts: {} }) },
    startedAt: new Date(),
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve());
  });
}

Deno.test("a published training becomes champion and its project READY", async () => {
  const published = Promise.withResolvers<void>();
  await using at = await trainer(async ({ claim }, { onProgress }) => {
    onProgress({ stage: "fit", progress: .5 });
    await published.promise;
    const { version } = await at.registry.publish({
      ...{ model: claim.model, trainingId: claim.training_id, description: "" },
      ...{
        parameters: {},
        metrics: {},
        tags: {},
        files: { MLmodel: new Uint8Array([1]) },
        startedAt: new Date(),
      },
    });
    return {
      type: "published",
      outcome: { version, report: { a: 1 }, learned_to: 0, receipts: {} },
    };
  });
  const id = await pendingProject(at.sql);

  const working = await until(async () => {
    const row = await projectRow(at.sql, id);
    return row.stage === "fit" && row;
  });
  assertEquals([working.status, working.progress], ["PROCESSING", .5]);
  published.resolve();

  const row = await until(async () => {
    const row = await projectRow(at.sql, id);
    return row.status === "READY" && row;
  });
  assertEquals([row.mlflow_model_version, row.report], ["1", { a: 1 }]);
  assertEquals(await at.registry.alias(row.mlflow_model_name, "champion"), "1");
});

Deno.test("a trainer that lost its lease stops the training and moves no alias", async () => {
  const ended = Promise.withResolvers<void>();
  await using at = await trainer(async (_order: Order, { signal }) => {
    await aborted(signal);
    ended.resolve();
    return {
      type: "published",
      outcome: { version: "1", report: {}, learned_to: 0, receipts: {} },
    };
  });
  const id = await pendingProject(at.sql);
  await until(async () => (await projectRow(at.sql, id)).status === "PROCESSING");
  // Another trainer claimed it.
  await at.sql`update recommender.recommender_projects set attempt = attempt + 1, stage = 'other'`;

  await ended.promise;
  await delay(50);
  const row = await projectRow(at.sql, id);
  assertEquals([row.status, row.stage], ["PROCESSING", "other"]);
});

Deno.test("a cancelled training's process is ended at once, not at the next heartbeat", async () => {
  const ended = Promise.withResolvers<void>();
  await using at = await trainer(async (_order: Order, { signal }) => {
    await aborted(signal);
    ended.resolve();
    return { type: "stopped" };
  }, { heartbeatMs: 600_000 });
  const id = await pendingProject(at.sql);
  const { owner_id, ...claimed } = await until(async () => {
    const row = await projectRow(at.sql, id);
    return row.status === "PROCESSING" && row;
  });
  assertEquals(claimed.stage, "starting");

  await cancelTraining(at.sql, owner_id, id);

  await ended.promise;
  const row = await projectRow(at.sql, id);
  assertEquals([row.status, row.stage, row.lease_until], ["ERROR", "cancelled", null]);
});

Deno.test("a deleted project's training is stopped, its files are erased", async () => {
  const ended = Promise.withResolvers<void>();
  await using at = await trainer(async (_order: Order, { signal }) => {
    await aborted(signal);
    ended.resolve();
    return { type: "stopped" };
  });
  await at.blobs.put("uploads/1", new Uint8Array([1]));
  const files = [{
    file_type: "CONTENT" as const,
    storage_path: "uploads/1",
    dialect: {},
    mapping: {},
  }];
  const id = await pendingProject(at.sql, { files });
  await until(async () => (await projectRow(at.sql, id)).status === "PROCESSING");

  await at.sql`delete from recommender.recommender_projects where id = ${id}`;

  await ended.promise;
  const left = async () =>
    (await at.sql`select kind from recommender.erasures`).map(({ kind }) => kind).join();
  await until(async () => await left() === "MODEL");
  assertEquals(await at.blobs.get("uploads/1"), null);
  await at.sql`update recommender.erasures set created_at = now() - interval '1 hour'`;
  await until(async () => (await at.sql`select from recommender.erasures`).length === 0);
});

Deno.test("invalid input fails a training, a crash queues it again", async () => {
  await using at = await trainer(({ claim }) =>
    Promise.resolve(
      claim.project_name === "Odd"
        ? { type: "unusable", sentence: "No row has a user." }
        : { type: "crashed", reason: "It ended with code 1." },
    )
  );
  const crashing = await pendingProject(at.sql);
  const odd = await pendingProject(at.sql, { name: "Odd" });

  const failed = await until(async () => {
    const row = await projectRow(at.sql, odd);
    return row.status === "ERROR" && row;
  });
  assertEquals(failed.error, "No row has a user.");
  const waiting = await until(async () => {
    const row = await projectRow(at.sql, crashing);
    return row.failures === 1 && row;
  });
  assertEquals([waiting.status, waiting.error], ["PENDING", "It ended with code 1."]);
});

Deno.test("a stopped trainer releases its project at once", async () => {
  await using at = await trainer(async (_order: Order, { signal }) => {
    await aborted(signal);
    return { type: "stopped" };
  });
  const id = await pendingProject(at.sql);
  await until(async () => (await projectRow(at.sql, id)).status === "PROCESSING");

  await at.stop();

  assertEquals((await claimProject(at.sql))?.id, id);
});

Deno.test("a refused version is published and does not serve", async () => {
  await using at = await trainer(async ({ claim }) => {
    const { version } = await at.registry.publish({
      ...{ model: claim.model, trainingId: claim.training_id, description: "" },
      ...{ parameters: {}, metrics: {}, tags: {}, files: { MLmodel: new Uint8Array([1]) } },
      startedAt: new Date(),
    });
    const refused = version === "1" ? undefined : "It ranks worse.";
    return {
      type: "published",
      outcome: { version, report: { version }, learned_to: 0, receipts: {}, refused },
    };
  });
  const id = await pendingProject(at.sql);
  await until(async () => (await projectRow(at.sql, id)).status === "READY");
  await at.sql`
    update recommender.recommender_projects
    set status = 'PENDING', training_id = gen_random_uuid(), attempt = 0`;

  const row = await until(async () => {
    const row = await projectRow(at.sql, id);
    return row.error !== null && row;
  });
  assertEquals([row.status, row.error], ["READY", "It ranks worse."]);
  assertEquals([row.mlflow_model_version, row.report], ["1", { version: "1" }]);
  assertEquals(await at.registry.alias(row.mlflow_model_name, "champion"), "1");
  assertEquals(await at.registry.alias(row.mlflow_model_name, "challenger"), "2");
  assertEquals((await at.registry.versions(row.mlflow_model_name)).length, 2);
});

Deno.test("users erased during a training are redacted from its version before it serves", async () => {
  const orders: Order[] = [];
  const trained = Promise.withResolvers<void>();
  await using at = await trainer(async (order) => {
    orders.push(order);
    const { claim, redaction } = order;
    if (redaction) {
      assertEquals(await at.registry.alias(claim.model, "champion"), null);
      return { type: "published", outcome: redaction.outcome };
    }
    await trained.promise;
    const { version } = await at.registry.publish({
      ...{ model: claim.model, trainingId: claim.training_id, description: "" },
      ...{ parameters: {}, metrics: {}, tags: {}, files: { MLmodel: new Uint8Array([1]) } },
      startedAt: new Date(),
    });
    return { type: "published", outcome: { version, report: {}, learned_to: 0, receipts: {} } };
  });
  const id = await pendingProject(at.sql);
  await until(() => orders.length === 1);
  await at.sql`insert into recommender.erased_users (project_id, user_id) values (${id}, 'bob')`;
  const { training_id } = await projectRow(at.sql, id);
  trained.resolve();

  const row = await until(async () => {
    const row = await projectRow(at.sql, id);
    return row.status === "READY" && row;
  });
  assertEquals([row.training_id, row.mlflow_model_version], [training_id, "1"]);
  assertEquals(orders.map(({ redaction }) => redaction?.people), [undefined, ["bob"]]);
  assertEquals(await at.registry.alias(row.mlflow_model_name, "champion"), "1");
});

Deno.test("versions are kept when a user was erased, and a redaction that fails is tried again", async () => {
  let failures = 1;
  await using at = await trainer(async ({ claim, redaction }) => {
    if (redaction && failures-- > 0) return { type: "crashed", reason: "It ended with code 1." };
    const { version } = await at.registry.publish({
      ...{ model: claim.model, trainingId: claim.training_id, description: "" },
      ...{ parameters: {}, metrics: {}, tags: {}, files: { MLmodel: new Uint8Array([1]) } },
      startedAt: new Date(),
    });
    // As if another attempt had published it: it is not known which users it excluded.
    return {
      type: "published",
      outcome: { version, report: {}, learned_to: 0, receipts: {}, found: true },
    };
  });
  const id = await pendingProject(at.sql);
  await until(async () => (await projectRow(at.sql, id)).status === "READY");
  await erasedUser(at.sql, id, "bob");
  await until(async () => {
    const { failures, error } = await projectRow(at.sql, id);
    return failures === 1 &&
      error === "Erased users could not be removed from the trained version.";
  });
  assertEquals(await at.registry.alias(`project-${id}-recommender`, "champion"), "1");
  await at.sql`update recommender.recommender_projects set not_before = now()`;
  const row = await until(async () => {
    const row = await projectRow(at.sql, id);
    return row.mlflow_model_version === "2" && row;
  });
  const versions = await at.registry.versions(row.mlflow_model_name);
  assertEquals(versions.map(({ version }) => version), ["2", "1"]);
  const [{ unlearned_at }] = await at.sql`select unlearned_at from recommender.erased_users`;
  assertEquals(unlearned_at instanceof Date, true);
});

const CRASH = { type: "crashed", reason: "It ended with code 1." } as const;

/** Lets a project that is delayed after a crash be claimed at once. */
async function withoutRest(sql: Sql): Promise<void> {
  await sql`
    update recommender.recommender_projects set not_before = now()
    where status = 'PENDING' and not_before > now()`;
}

Deno.test("three crashes end as ERROR only where no version exists", async () => {
  await using at = await trainer(() => Promise.resolve(CRASH));
  const { sql, registry } = at;
  // Serving: nothing, a version in the database, a version known to the registry alone.
  const [fresh, known, unknown] = [
    await pendingProject(sql, { name: "fresh" }),
    await pendingProject(sql, { name: "known" }),
    await pendingProject(sql, { name: "unknown" }),
  ];
  await sql`
    update recommender.recommender_projects set mlflow_model_version = '3' where id = ${known}`;
  const model = `project-${unknown}-recommender`;
  await publish(registry, model, "another-training");
  await registry.setAlias(model, "champion", "1");

  const ended = await until(async () => {
    await withoutRest(sql);
    const rows = await Promise.all([fresh, known, unknown].map((id) => projectRow(sql, id)));
    return rows.every(({ finished_at }) => finished_at) && rows;
  });
  assertEquals(ended.map((row) => [row.status, row.mlflow_model_version, row.attempt]), [
    ["ERROR", null, 3],
    ["READY", "3", 3],
    ["READY", "1", 3],
  ]);
  for (const { error } of ended) assertEquals(error.includes("failed 3 times"), true, error);
});

Deno.test("a training that reached its memory limit gets no second try that may pass by chance", async () => {
  const reason = "The training ran out of memory.";
  const given: [number, number][] = [];
  await using at = await trainer(({ claim }, { bytes }) => {
    given.push([claim.id, bytes! / 1e9]);
    return Promise.resolve({ type: "crashed", reason, exhausted: true });
  }, { memory: 16e9 });
  const { sql } = at;
  const ids = [
    // A long training of a first model: half of the machine's memory, after a crash the long share.
    await pendingProject(sql, { name: "long", seconds: 100 }),
    // Short, with a limit of its own that is below both shares.
    await pendingProject(sql, { name: "limited", seconds: 1, settings: { memory_limit: 1e8 } }),
    // Short: gets the long share after a crash.
    await pendingProject(sql, { name: "short", seconds: 1 }),
    // Serving already, and long: three quarters of the machine's memory at each attempt.
    await pendingProject(sql, { name: "serving", seconds: 100, serving: "3" }),
  ];

  const ended = await until(async () => {
    await withoutRest(sql);
    const rows = await Promise.all(ids.map((id) => projectRow(sql, id)));
    return rows.every(({ finished_at }) => finished_at) && rows;
  });
  assertEquals(ended.map(({ status, error, attempt }) => [status, error, attempt]), [
    ["ERROR", reason, 2],
    ["ERROR", reason, 1],
    ["ERROR", reason, 2],
    ["READY", reason, 1],
  ]);
  const tries = given.filter(([id]) => id === ids[2]).map(([, gigabytes]) => gigabytes);
  assertEquals(tries.length, 2);
  assertEquals(tries[0] < tries[1], true, tries.join());
});

Deno.test("a version published by a crashed attempt serves, even if no attempt remains", async () => {
  await using at = await trainer(async ({ claim }) => {
    await publish(at.registry, claim.model, claim.training_id);
    return CRASH;
  });
  const id = await pendingProject(at.sql, { failures: 2 });
  const row = await until(async () => {
    const row = await projectRow(at.sql, id);
    return row.finished_at && row;
  });
  assertEquals([row.status, row.mlflow_model_version, row.error], ["READY", "1", null]);
  assertEquals(await at.registry.alias(row.mlflow_model_name, "champion"), "1");
  const promotions = await at.sql`select version from recommender.promotions`;
  assertEquals(promotions.map(({ version }) => version), ["1"]);
});

Deno.test("an unavailable file store pauses the queue, is reported, and uses no attempt", async () => {
  let attempts = 0;
  await using at = await trainer(async ({ claim }) => {
    attempts++;
    try {
      const { version } = await publish(at.registry, claim.model, claim.training_id);
      return { type: "published", outcome: { version, report: {}, learned_to: 0, receipts: {} } };
    } catch (error) {
      return { type: "unavailable", missing: missingOf(error)! };
    }
  });
  const { sql, folder } = at;
  await at.blobs.put("uploads/1", new Uint8Array(1));
  await Deno.rename(folder, `${folder} elsewhere`);
  await Deno.symlink(folder, folder); // a symlink to itself: access fails, for root as well
  const ids: number[] = [];
  for (let i = 0; i < 6; i++) ids.push(await pendingProject(sql));
  const shown = async () =>
    await Promise.all(ids.map(async (id) => {
      const { owner_id } = await projectRow(sql, id);
      return (await findProject(sql, owner_id, id))!;
    }));

  const paused = await until(async () => {
    const projects = await shown();
    return projects.every(({ stage }) => stage?.startsWith("Paused: ")) && projects;
  });
  assertEquals(new Set(paused.map(({ status }) => status)), new Set(["PENDING"]));
  assertEquals(
    new Set(paused.map(({ stage }) => stage)),
    new Set([
      "Paused: the model registry does not respond. Trainings continue automatically when this is resolved.",
    ]),
  );
  const before = attempts;

  await Deno.remove(folder);
  await Deno.rename(`${folder} elsewhere`, folder);
  await until(async () => (await shown()).every(({ status }) => status === "READY"));
  const rows = await Promise.all(ids.map((id) => projectRow(sql, id)));
  assertEquals(new Set(rows.map(({ failures }) => failures)), new Set([0]));
  assertEquals(before <= 4, true, `${before} were begun while it was away`);
  assertEquals((await shown()).map(({ stage }) => stage), Array(6).fill("ready"));
});

Deno.test("a short training starts beside a long one, another long one does not", async () => {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  await using at = await trainer(async ({ claim }) => {
    begun.push(claim.project_name);
    const { promise, resolve } = Promise.withResolvers<void>();
    ends.set(claim.project_name, resolve);
    await promise;
    return { type: "unusable", sentence: "No row has a user." };
  });
  const project = (name: string, seconds: number) => pendingProject(at.sql, { name, seconds });
  await project("long", 600);
  await until(() => begun.length === 1);
  const other = await project("other long", 600);
  await project("short", 2);
  await until(() => begun.length === 2);
  assertEquals(begun, ["long", "short"]);

  // Both places are taken.
  await project("second short", 2);
  await delay(300);
  assertEquals(begun.length, 2);
  ends.get("short")!();
  await until(() => begun.length === 3);
  assertEquals([begun[2], (await projectRow(at.sql, other)).status], ["second short", "PENDING"]);
  ends.get("long")!();
  await until(() => begun.length === 4);
  assertEquals(begun[3], "other long");
  for (const end of ends.values()) end();
});

Deno.test("a trainer suspended beyond its lease returns the attempt that this used", async () => {
  const ended = Promise.withResolvers<void>();
  await using at = await trainer(async (_order: Order, { signal }) => {
    await aborted(signal);
    ended.resolve();
    return { type: "stopped" };
  });
  const id = await pendingProject(at.sql);
  await until(async () => (await projectRow(at.sql, id)).status === "PROCESSING");
  // As when another trainer claims it after its lease has expired.
  await at.sql`
    update recommender.recommender_projects set attempt = attempt + 1, failures = failures + 1`;
  await ended.promise;
  await until(async () => (await projectRow(at.sql, id)).failures === 0);
});
