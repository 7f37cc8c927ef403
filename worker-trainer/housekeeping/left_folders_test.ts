import { assertEquals } from "@std/assert";
import { testDatabase } from "../../testing/database.ts";
import { ownCache } from "../../testing/faults/own_cache.ts";
import { until } from "../../testing/until.ts";
import { COMMON } from "../../functions/recommender/files/dialect.ts";
import { isRunning, startTrainer } from "../../testing/trainer_process.ts";
import { makeTrainingFolder } from "../queue/training_folder.ts";
import { pendingProject } from "../../testing/training_project.ts";
import { removeLeftFolders } from "./left_folders.ts";

const log = () => {};

async function temporaryFolder() {
  const path = await Deno.makeTempDir({ prefix: "airec-left-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

const namesIn = async (path: string) =>
  (await Array.fromAsync(Deno.readDir(path), ({ name }) => name)).sort();

Deno.test("a folder is removed once its lock is free, or by age if it has no lock", async () => {
  await using place = await temporaryFolder();
  const folder = place.path;
  const held = await makeTrainingFolder();
  const inUse = `${folder}/airec_training_used`;
  await Deno.rename(held.path, inUse);
  for (const name of ["airec_training_dead", "airec_training_bare", "airec_probe_x", "other"]) {
    await Deno.mkdir(`${folder}/${name}/deep`, { recursive: true });
  }
  await Deno.writeTextFile(`${folder}/airec_training_dead/lock`, "");

  await removeLeftFolders({ log, folder });
  const left = ["airec_probe_x", "airec_training_bare", "airec_training_used", "other"];
  assertEquals(await namesIn(folder), left);
  const now = new Date(Date.now() + 49 * 3600_000);
  await removeLeftFolders({ log, folder, now });
  assertEquals(await namesIn(folder), ["airec_training_used", "other"]);
  await held[Symbol.asyncDispose]();
  await removeLeftFolders({ log, folder });
  assertEquals(await namesIn(folder), ["other"]);
});

Deno.test("a killed trainer's folder is held by its training, and removed when that is killed", async () => {
  await using database = await testDatabase();
  await using place = await temporaryFolder();
  const temporary = `${place.path}/tmp`;
  await Deno.mkdir(temporary);
  const storage_path = "uploads/long";
  await Deno.mkdir(`${place.path}/uploads`);
  const rows = Array.from({ length: 200_000 }, (_, i) => `u${i % 5_000},i${i * 7 % 3_001}\n`);
  await Deno.writeTextFile(`${place.path}/${storage_path}`, "u,i\n" + rows.join(""));
  const mapping = { user_id: "u", item_id: "i" };
  const files = [{ file_type: "INTERACTION" as const, storage_path, dialect: COMMON, mapping }];
  const where = {
    databaseUrl: database.url,
    blobsFolder: place.path,
    env: { TMPDIR: temporary },
  };

  await using cache = await ownCache();
  await using first = startTrainer({ ...where, env: { ...where.env, ...cache.env } });
  await pendingProject(database.sql, { files });
  const training = await until(() => childNamed("/train.ts", first.child.pid));
  const [name] = await until(async () => {
    const names = (await namesIn(temporary)).filter((n) => n.startsWith("airec_training_"));
    return names.length > 0 && names;
  });
  await Deno.writeTextFile(`${temporary}/${name}/spilled`, "rows of somebody");
  // Wait until it has read its order and started.
  await until(async () => {
    const [{ stage }] = await database.sql`select stage from recommender.recommender_projects`;
    return stage !== "starting";
  });
  Deno.kill(training, "SIGSTOP");
  first.child.kill("SIGKILL");
  await first.child.status;
  await database.sql`delete from auth.users`;
  await database.sql`delete from recommender.sweeps`;

  await using second = startTrainer(where);
  await until(() => second.log.some(({ message }) => message === "sweep done"));
  assertEquals(isRunning(training), true);
  assertEquals((await namesIn(temporary)).includes(name), true);
  Deno.kill(training, "SIGKILL");
  await until(async () => {
    await database.sql`select pg_notify('recommender_queue', '')`;
    return !(await namesIn(temporary)).includes(name);
  });
});

/** Returns the child of a process whose last argument ends with `end`. */
function childNamed(end: string, parent: number): number | undefined {
  const { stdout } = new Deno.Command("ps", { args: ["-axo", "pid=,ppid=,args="] }).outputSync();
  const rows = new TextDecoder().decode(stdout).split("\n").map((line) => line.trim().split(/\s+/));
  const found = rows.find(([, ppid, ...args]) =>
    Number(ppid) === parent && args.at(-1)?.endsWith(end)
  );
  return found && Number(found[0]);
}
