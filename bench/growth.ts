/**
 * Training time and memory by the size of the data, from CSV to model. Prints one JSON line for
 * each size, each measured in a separate process.
 *
 *     deno run -A bench/growth.ts [millions …]   interactions, 0.1 1 5 25 by default
 *     deno run -A bench/growth.ts --extremes     one user, or one term, with nearly all items
 *
 * Each extreme is compared with the same number of rows without it, in CPU seconds of all threads.
 */
import { COMMON } from "../functions/recommender/files/dialect.ts";
import { train } from "../worker-trainer/tuning/train_model.ts";
import { onDisk } from "../worker-trainer/dataset/open_rows.ts";
import { seededRandom } from "../functions/recommender/model/seeded_random.ts";
import { readDataset } from "../worker-trainer/dataset/read.ts";
import { COLLECTING } from "../worker-trainer/threads/collect.ts";
import { sizeOf, writeLongTail } from "./long_tail.ts";
import { cpuSeconds } from "./process_usage.ts";

/** Number of items of one user, and number of items that share one term. */
const EXTREMES = ["user 50000", "user 200000", "term 25000", "term 100000"];

/** Size of the ordinary data that a user's extreme history is added to. */
const ORDINARY = { interactions: 100_000, items: 3_000 };
/** History length of the users, or size of the groups of items, without the extreme. */
const USUAL_HISTORY = 25;

const [first, ...rest] = Deno.args;
if (first === "--one") console.log(JSON.stringify(await one(Number(rest[0]))));
else if (first === "--extreme") console.log(JSON.stringify(await extreme(rest)));
else {
  const each = first === "--extremes"
    ? EXTREMES.flatMap((name) => ["without", "with"].map((how) => `--extreme ${name} ${how}`))
    : (first === undefined ? ["0.1", "1", "5", "25"] : Deno.args).map((size) => `--one ${size}`);
  for (const args of each) {
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", "--no-check", COLLECTING, import.meta.filename!],
        ...args.split(" "),
      ],
      stdout: "inherit",
      stderr: "inherit",
    }).output();
    if (!success) Deno.exit(1);
  }
}

/** Measures reading and training with one extreme, or with as many rows without it. */
async function extreme([what, size, how]: string[]): Promise<Record<string, unknown>> {
  const folder = await Deno.makeTempDir({ prefix: "airec_growth_" });
  try {
    const [path, count, isThere] = [`${folder}/rows.csv`, Number(size), how === "with"];
    const sources: Parameters<typeof readDataset>[0] = what === "user"
      ? [await userRows(path, { count, isThere })]
      : [await termRows(path, { count, isThere })];
    const [start, used] = [performance.now(), cpuSeconds([Deno.pid])];
    const { dataset } = await readDataset(sources);
    const readCpu = cpuSeconds([Deno.pid]) - used;
    const { report, run } = await train(dataset, {
      modelType: what === "user" ? "COLLABORATIVE" : "CONTENT",
    });
    return {
      [what === "user" ? "items_of_one_user" : "items_that_share_a_term"]: isThere ? count : 0,
      rows: count,
      read_cpu_seconds: Number(readCpu.toFixed(1)),
      train_cpu_seconds: Number((cpuSeconds([Deno.pid]) - used - readCpu).toFixed(1)),
      seconds: Number(((performance.now() - start) / 1000).toFixed(1)),
      peak_megabytes: Math.round(Math.max(...run.stages.map((s) => s.peak_bytes)) / 1e6),
      slowest_stages: run.stages.toSorted((a, b) => b.seconds - a.seconds).slice(0, 3)
        .map(({ stage, seconds }) => `${stage} ${seconds.toFixed(1)}`),
      warnings: report.warnings.length,
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Writes ordinary interactions and `count` more, of one user or of users with a usual history. */
async function userRows(path: string, { count, isThere }: { count: number; isThere: boolean }) {
  await writeLongTail(path, ORDINARY);
  const rows: string[] = [];
  for (let item = 0; item < count; item++) {
    const user = isThere ? "all" : `more${Math.floor(item / USUAL_HISTORY)}`;
    rows.push(`${user},j${item},${1.7e9 + item}\n`);
  }
  await Deno.writeTextFile(path, rows.join(""), { append: true });
  const mapping = { user_id: "user_id", item_id: "item_id", timestamp: "timestamp" };
  return { ...onDisk(path), kind: "INTERACTION" as const, dialect: COMMON, mapping };
}

/** Writes `count` items with five terms of their group, and one term of all items or of the group. */
async function termRows(path: string, { count, isThere }: { count: number; isThere: boolean }) {
  const rows = ["item_id,item_title,words\n"];
  const draw = seededRandom(1);
  for (let item = 0; item < count; item++) {
    const taste = item % Math.ceil(count / USUAL_HISTORY);
    const own = Array.from({ length: 5 }, () => `w${taste}x${Math.floor(20 * draw())}`);
    rows.push(`i${item},Title ${item},${isThere ? "shared" : `n${taste}`} ${own.join(" ")}\n`);
  }
  await Deno.writeTextFile(path, rows.join(""));
  const mapping = { item_id: "item_id", item_title: "item_title", feature_col: ["words"] };
  return { ...onDisk(path), kind: "CONTENT" as const, dialect: COMMON, mapping };
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
