/**
 * Two hundred projects of five owners and three trainers; a seeded schedule kills the trainers
 * (kill -9), suspends them past their lease (SIGSTOP), cuts them off from Postgres, and kills
 * training processes. In the end each project serves one version that was published once, and
 * nothing is left over.
 */
import { assertEquals } from "@std/assert";
import type { Sql } from "postgres";
import { chanceOf } from "../../samples/chance.ts";
import { testDatabase } from "../../testing/database.ts";
import { until } from "../../testing/until.ts";
import { diskBlobs } from "../../functions/recommender/blobs/disk.ts";
import { folderRegistry } from "../../functions/recommender/registry/folder.ts";
import { installationId } from "../../functions/recommender/projects/projects.ts";
import { type OwnCache, ownCache } from "../../testing/faults/own_cache.ts";
import { tcpProxy } from "../../testing/faults/tcp_proxy.ts";
import { tinyProject } from "../../testing/tiny_project.ts";
import { startTrainer, type TrainerProcess } from "../../testing/trainer_process.ts";
import { testOwner } from "../../testing/training_project.ts";

const PROJECTS = 200;
const OWNERS = 5;
const SEED = 14;
/** Interval and duration of the faults, in seconds; longer than a lease and a heartbeat. */
const EVERY_S = 9;
const LENGTH_S = 38;
/** Duration of the fault injection, and time for the rest to finish. */
const HARM_S = 300;
const PATIENCE_MS = 560_000;

type Fault = "killed" | "stopped" | "cut" | "training killed";

Deno.test("200 projects under three trainers that are killed, suspended and disconnected: none is lost", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const folder = await Deno.makeTempDir({ prefix: "airec-chaos-" });
  const temporary = await Deno.makeTempDir({ prefix: "airec-chaos-tmp-" });
  const blobs = diskBlobs(folder);
  const owners: string[] = [];
  for (let i = 0; i < OWNERS; i++) owners.push(await testOwner(sql));
  // The first owner has most of the projects.
  const ids: number[] = [];
  for (let i = 0; i < PROJECTS; i++) {
    ids.push(await tinyProject(sql, { owner: owners[i % 2 ? 0 : i % OWNERS], blobs }));
  }
  await using stack = new AsyncDisposableStack();
  const places: ReturnType<typeof place>[] = [];
  for (let i = 0; i < 3; i++) {
    const cache = stack.use(await ownCache());
    places.push(place(database.url, { folder, temporary, cache }));
  }
  const start = Date.now();
  const harm = schedule(places, { until: start + HARM_S * 1_000 });
  try {
    await until(async () => {
      const [{ left }] = await sql`
        select count(*)::int as left from recommender.recommender_projects
        where status in ('PENDING', 'PROCESSING')`;
      return left === 0;
    }, { patienceMs: PATIENCE_MS, everyMs: 500 }).catch(() => {});
    await harm.stop();
    // Folders of killed trainings are removed by housekeeping.
    await until(async () => (await leftoversOf({ sql, blobs, temporary })).length === 0, {
      patienceMs: 120_000,
      everyMs: 500,
    }).catch(() => {});
  } finally {
    await harm.stop();
    for (const place of places) await place.stop();
  }
  const seconds = Math.round((Date.now() - start) / 1_000);

  const rows = await sql`
    select id, status, mlflow_model_version as version, attempt, failures, error
    from recommender.recommender_projects order by id`;
  const stuck = rows.filter(({ status }) => status === "PENDING" || status === "PROCESSING");
  const lost = rows.filter(({ status }) => status === "ERROR");
  const promotions = await sql`
    select project_id from recommender.promotions group by project_id having count(*) > 1`;
  const registry = folderRegistry(blobs, { installation: await installationId(sql) });
  let [twice, unserved] = [promotions.length, 0];
  for (const id of ids) {
    const model = `project-${id}-recommender`;
    if ((await registry.versions(model)).length > 1) twice++;
    if (await registry.alias(model, "champion") !== "1") unserved++;
  }
  const leftovers = await leftoversOf({ sql, blobs, temporary });
  console.log(JSON.stringify({
    ...{ projects: PROJECTS, owners: OWNERS, seconds, faults: harm.count },
    attempts: rows.reduce((sum, { attempt }) => sum + attempt, 0),
    tries_lost: rows.reduce((sum, { failures }) => sum + failures, 0),
    ...{ lost: lost.length, stuck: stuck.length, published_twice: twice, unserved },
    leftovers: leftovers.length,
  }));
  assertEquals([...lost, ...stuck].map(({ id, status, error }) => [id, status, error]), []);
  assertEquals([twice, unserved, leftovers], [0, 0, []]);
  await Deno.remove(folder, { recursive: true });
  await Deno.remove(temporary, { recursive: true });
});

/** Runs a trainer, restarted after a kill, with a proxy to Postgres that can be cut. */
function place(
  url: string,
  { folder, temporary, cache }: { folder: string; temporary: string; cache: OwnCache },
) {
  const proxy = tcpProxy(url);
  const env = { TMPDIR: temporary, ...cache.env };
  const start = () => startTrainer({ databaseUrl: proxy.url, blobsFolder: folder, env });
  let trainer: TrainerProcess = start();
  let busy = false;
  const wait = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  /** Runs a fault unless another one is running; returns whether it ran. */
  const alone = async (work: () => Promise<void>) => {
    if (busy) return false;
    busy = true;
    try {
      await work();
    } finally {
      busy = false;
    }
    return true;
  };
  return {
    harm: (fault: Fault, seconds: number) =>
      alone(async () => {
        if (fault === "killed") {
          await trainer[Symbol.asyncDispose]();
          await wait(1);
          trainer = start();
        } else if (fault === "stopped") {
          trainer.child.kill("SIGSTOP");
          await wait(seconds);
          trainer.child.kill("SIGCONT");
        } else if (fault === "cut") {
          proxy.silence();
          proxy.silenceNew(true);
          await wait(seconds);
          proxy.silenceNew(false);
          proxy.cut();
        } else {
          for (const pid of trainingsOf(trainer.child.pid)) Deno.kill(pid, "SIGKILL");
        }
      }),
    async stop() {
      while (busy) await wait(0.2);
      trainer.child.kill("SIGTERM");
      await trainer.child.status;
      await trainer[Symbol.asyncDispose]();
      proxy[Symbol.dispose]();
    },
  };
}

/** Returns the training processes of a trainer. */
function trainingsOf(pid: number): number[] {
  const { stdout } = new Deno.Command("ps", { args: ["-eo", "pid=,ppid=,args="] }).outputSync();
  return new TextDecoder().decode(stdout).split("\n")
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((found) => found && Number(found[2]) === pid && /train\.ts/.test(found[3]))
    .map((found) => Number(found![1]));
}

/** Injects random faults into random trainers, by a seeded generator. */
function schedule(
  places: ReturnType<typeof place>[],
  { until: end }: { until: number },
) {
  const chance = chanceOf(SEED);
  const count: Record<Fault, number> = { killed: 0, stopped: 0, cut: 0, "training killed": 0 };
  const kinds = Object.keys(count) as Fault[];
  const harms: Promise<void>[] = [];
  const timer = setInterval(() => {
    if (Date.now() > end) return clearInterval(timer);
    const fault = chance.pick(kinds);
    const place = chance.pick(places);
    harms.push(place.harm(fault, LENGTH_S).then((done) => void (done && count[fault]++)));
  }, EVERY_S * 1_000);
  return {
    count,
    async stop() {
      clearInterval(timer);
      await Promise.all(harms);
    },
  };
}

/** Returns orphans: blobs without a row, and temporary folders. */
async function leftoversOf(
  { sql, blobs, temporary }: {
    sql: Sql;
    blobs: ReturnType<typeof diskBlobs>;
    temporary: string;
  },
): Promise<string[]> {
  const files = await sql<{ storage_path: string }[]>`
    select storage_path from recommender.uploaded_files`;
  const known = new Set(files.map(({ storage_path }) => storage_path));
  const uploads = (await blobs.list("")).filter((name) =>
    !name.startsWith("models/") && !known.has(name)
  );
  const folders: string[] = [];
  for await (const { name } of Deno.readDir(temporary)) folders.push(name);
  return [...uploads, ...folders];
}
