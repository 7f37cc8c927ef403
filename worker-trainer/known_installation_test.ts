import { assertEquals } from "@std/assert";
import { testDatabase } from "../testing/database.ts";
import { until } from "../testing/until.ts";
import { diskBlobs } from "../functions/recommender/blobs/disk.ts";
import { tcpProxy } from "../testing/faults/tcp_proxy.ts";
import { tinyProject } from "../testing/tiny_project.ts";
import { isRunning, startTrainer } from "../testing/trainer_process.ts";
import { projectRow, testOwner } from "../testing/training_project.ts";

Deno.test("a trainer started while the database is unavailable waits for it, and can be stopped", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const folder = await Deno.makeTempDir({ prefix: "airec-start-" });
  const id = await tinyProject(sql, { owner: await testOwner(sql), blobs: diskBlobs(folder) });
  using proxy = tcpProxy(database.url);
  using other = tcpProxy(database.url);
  proxy.silenceNew(true);
  other.silenceNew(true);
  {
    await using trainer = startTrainer({ databaseUrl: proxy.url, blobsFolder: folder });
    await using stopped = startTrainer({ databaseUrl: other.url, blobsFolder: folder });
    // Each has tried, got no response in time, and tried again.
    await until(() => proxy.accepted() >= 2 && other.accepted() >= 2);
    assertEquals(isRunning(trainer.child.pid), true);
    stopped.child.kill("SIGTERM");
    assertEquals((await stopped.child.status).code, 0);

    proxy.silenceNew(false);
    await until(async () => (await projectRow(sql, id)).status === "READY");
    assertEquals(isRunning(trainer.child.pid), true);
  }
  await Deno.remove(folder, { recursive: true });
});
