import { assertEquals, assertStringIncludes } from "@std/assert";
import { testDatabase } from "../../testing/database.ts";
import { until } from "../../testing/until.ts";
import { diskBlobs } from "../../functions/recommender/blobs/disk.ts";
import { COMMON } from "../../functions/recommender/files/dialect.ts";
import { folderRegistry } from "../../functions/recommender/registry/folder.ts";
import { pendingProject, projectRow, type TestFile } from "../../testing/training_project.ts";
import { claimProject } from "./claim.ts";
import { runTrainer } from "./trainer.ts";
import { trainInProcess } from "./training_process.ts";

/** Creates a database and a folder, with the environment for trainings. */
async function place() {
  await using stack = new AsyncDisposableStack();
  const { sql, url } = stack.use(await testDatabase());
  const folder = await Deno.makeTempDir({ prefix: "airec-training-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const kept = stack.move();
  return {
    ...{ sql, blobs: diskBlobs(folder), env: { DATABASE_URL: url, BLOBS_FOLDER: folder } },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Stores a file of `rows` rows, one for each user. */
async function interactions(
  { blobs }: Pick<Awaited<ReturnType<typeof place>>, "blobs">,
  rows: number,
): Promise<TestFile> {
  const storage_path = `uploads/${crypto.randomUUID()}`;
  await blobs.put(
    storage_path,
    ReadableStream.from((function* () {
      const encoder = new TextEncoder();
      yield encoder.encode("user,item\n");
      for (let row = 0; row < rows;) {
        let text = "";
        for (const end = Math.min(rows, row + 50_000); row < end; row++) {
          text += `u${row},i${row % 50}\n`;
        }
        yield encoder.encode(text);
      }
    })()),
  );
  const mapping = { user_id: "user", item_id: "item" };
  return { file_type: "INTERACTION", storage_path, dialect: COMMON, mapping };
}

/** Returns the id of the training process started by this process. */
function trainingProcess(): number {
  const { stdout } = new Deno.Command("ps", { args: ["-axo", "pid=,ppid=,args="] }).outputSync();
  const lines = new TextDecoder().decode(stdout).split("\n").map((line) =>
    line.trim().split(/\s+/)
  );
  const [pid] = lines.find(([, parent, ...args]) =>
    Number(parent) === Deno.pid && args.at(-1)?.endsWith("/train.ts")
  )!;
  return Number(pid);
}

const SMALL = 300;
/** About 300 MB of tables. */
const LARGE = 4_000_000;

Deno.test("a training over its memory limit fails with a message and uses one attempt, others continue", async () => {
  await using at = await place();
  const { sql, blobs, env } = at;
  const large = await pendingProject(sql, {
    name: "Large",
    files: [await interactions(at, LARGE)],
  });
  const small = await pendingProject(sql, { files: [await interactions(at, SMALL)] });
  const stop = new AbortController();
  const running = runTrainer({
    ...{ sql, blobs, registry: folderRegistry(blobs, { installation: "here" }) },
    installation: "here",
    train: (order, options) =>
      trainInProcess(order, {
        ...{ ...options, env },
        ...(order.claim.id === large && { bytes: 3e8 }),
      }),
    log: () => {},
    pollMs: 50,
  }, stop.signal);

  const row = await until(async () => {
    const row = await projectRow(sql, large);
    return row.failures > 0 && row;
  });
  assertEquals([row.status, row.failures], ["PENDING", 1]);
  assertEquals(
    row.error,
    'The training ran out of memory at the stage "reading": its limit was 0.3 GB. Raise the ' +
      "project's memory_limit if the trainer's machine has more memory, or train on less data: fewer " +
      "rows, or shorter texts.",
  );
  await until(async () => (await projectRow(sql, small)).status === "READY");
  // The second attempt has the share of a long training, and its limit is final.
  await sql`
    update recommender.recommender_projects set not_before = now()
    where id = ${large} and status = 'PENDING'`;
  const last = await until(async () => {
    const row = await projectRow(sql, large);
    return row.status === "ERROR" && row;
  });
  assertEquals([last.attempt, last.error], [2, row.error]);
  stop.abort();
  await running;
});

Deno.test("a training killed by the system reports the stage and the likely cause", async () => {
  await using at = await place();
  await pendingProject(at.sql, { files: [await interactions(at, LARGE)] });
  const claim = (await claimProject(at.sql))!;
  const ending = await trainInProcess({ claim, installation: "here" }, {
    signal: new AbortController().signal,
    env: at.env,
    onProgress({ stage }) {
      if (stage === "reading") Deno.kill(trainingProcess(), "SIGKILL");
    },
  });
  assertEquals(ending.type, "crashed");
  const { reason } = ending as { reason: string };
  assertStringIncludes(reason, 'was killed at the stage "reading", probably by the system');
});
