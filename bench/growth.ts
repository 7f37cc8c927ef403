/**
 * Training time and memory by number of interactions, from CSV to model. Prints one JSON line for
 * each size, each measured in a separate process.
 *
 *     deno run -A bench/growth.ts [millions …]        0.1 1 5 25 by default
 */
import { COMMON } from "../functions/recommender/csv/dialect.ts";
import { train } from "../worker-trainer/choose.ts";
import { onDisk } from "../worker-trainer/dataset/open_rows.ts";
import { readDataset } from "../worker-trainer/dataset/read.ts";
import { COLLECTING } from "../worker-trainer/linalg/collect.ts";
import { sizeOf, writeLongTail } from "./long_tail.ts";
import { cpuSeconds } from "./process_usage.ts";

if (Deno.args[0] === "--one") console.log(JSON.stringify(await one(Number(Deno.args[1]))));
else {
  for (const millions of Deno.args.length > 0 ? Deno.args.map(Number) : [0.1, 1, 5, 25]) {
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--no-check",
        COLLECTING,
        import.meta.filename!,
        "--one",
        String(millions),
      ],
      stdout: "inherit",
      stderr: "inherit",
    }).output();
    if (!success) Deno.exit(1);
  }
}

async function one(millions: number): Promise<Record<string, unknown>> {
  const folder = await Deno.makeTempDir({ prefix: "airec_growth_" });
  try {
    const path = `${folder}/interactions.csv`;
    await writeLongTail(path, sizeOf(millions));
    const [start, used] = [performance.now(), cpuSeconds([Deno.pid])];
    const { dataset } = await readDataset([{
      ...onDisk(path),
      kind: "INTERACTION",
      dialect: COMMON,
      mapping: { user_id: "user_id", item_id: "item_id", timestamp: "timestamp" },
    }]);
    const [read, readCpu] = [(performance.now() - start) / 1000, cpuSeconds([Deno.pid]) - used];
    const { report, run } = await train(dataset, { modelType: "COLLABORATIVE" });
    return {
      interactions: millions * 1e6,
      distinct: report.data.interactions,
      users: report.data.users,
      items: report.data.items,
      read_seconds: Number(read.toFixed(1)),
      read_cpu_seconds: Number(readCpu.toFixed(1)),
      train_seconds: Number(run.seconds.toFixed(1)),
      peak_megabytes: Math.round(Math.max(...run.stages.map((s) => s.peak_bytes)) / 1e6),
      chosen: report.chosen.algorithm,
      ndcg_10: Number(report.test!.metrics.ndcg.toFixed(4)),
      popularity_ndcg_10: Number(report.test!.popularity.ndcg.toFixed(4)),
      not_tried: [
        ...new Set(
          report.candidates.filter((c) => c.skipped).map((c) => `${c.algorithm}: ${c.skipped}`),
        ),
      ],
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
