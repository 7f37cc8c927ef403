/** A full disk pauses the queue and costs no attempt. */
import { ignoreWithout } from "../testing/runner/optional_parts.ts";
import { testDatabase } from "../testing/database.ts";
import { untilPaused, untilServed, waitingProjects } from "../testing/faults/paused_queue.ts";
import { smallDisk } from "../testing/faults/small_disk.ts";
import { startTrainer } from "../testing/trainer_process.ts";

Deno.test({
  name: "a full disk fails no training: six of three tenants wait and are completed",
  ignore: ignoreWithout("small disk"),
  fn: async () => {
    await using database = await testDatabase();
    const { sql } = database;
    await using disk = await smallDisk(64e6);
    const ids = await waitingProjects(sql, `${disk.path}/blobs`, 2);
    await disk.fill();
    await using _trainer = startTrainer({
      databaseUrl: database.url,
      blobsFolder: `${disk.path}/blobs`,
    });
    await untilPaused(sql, { ids, why: "the file storage is full" });
    await disk.free();
    await untilServed(sql, ids);
  },
});
