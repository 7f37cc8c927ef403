/**
 * Time, CPU time, memory and quality of training on a real data set. Prints one JSON line for each stage and
 * candidate, and one for the whole.
 *
 *     AIREC_TEST_DATA=… deno run -A --v8-flags=--expose-gc bench/train.ts gowalla \
 *       [COLLABORATIVE|HYBRID] [memory in bytes]
 *
 * The flag is that of the training process: see worker-trainer/threads/release_memory.ts.
 */
import { train } from "../worker-trainer/tuning/train_model.ts";
import { evaluate } from "../worker-trainer/metrics/evaluate.ts";
import { RowPool } from "../worker-trainer/threads/row_pool.ts";
import { cpuSeconds } from "./process_usage.ts";
import { publishedTest, REAL_DATA, type RealData, realDataset } from "../testing/real_data.ts";

const [name, type = "COLLABORATIVE", memory] = Deno.args;
if (!REAL_DATA.includes(name as RealData)) {
  console.error(`Name a data set, one of ${REAL_DATA.join(", ")}, not ${name ?? "nothing"}.`);
  Deno.exit(2);
}
const say = (line: Record<string, unknown>) =>
  console.log(JSON.stringify({ data: name, type, ...line }));

const start = performance.now();
const dataset = await realDataset(name as RealData);
const read = (performance.now() - start) / 1000;
say({ stage: "read", seconds: round(read), peak_megabytes: megabytes(Deno.memoryUsage().rss) });

const { model, report, run } = await train(dataset, {
  modelType: type as "COLLABORATIVE" | "HYBRID",
  ...(memory && { memoryBytes: Number(memory) }),
});
for (const { stage, seconds, cpu_seconds, peak_bytes } of run.stages) {
  say({
    ...{ stage, seconds: round(seconds), cpu_seconds: round(cpu_seconds) },
    peak_megabytes: megabytes(peak_bytes),
  });
}
report.candidates.forEach(({ algorithm, parameters, validation_ndcg, skipped }, c) => {
  const { estimated_seconds, estimated_bytes, seconds, cpu_seconds, peak_bytes } =
    run.candidates[c];
  say({
    candidate: algorithm,
    parameters,
    ndcg_10: round(validation_ndcg, 4),
    seconds: round(seconds),
    cpu_seconds: round(cpu_seconds),
    estimated_seconds: round(estimated_seconds),
    peak_megabytes: megabytes(peak_bytes),
    estimated_megabytes: megabytes(estimated_bytes),
    skipped,
  });
});
const onTest = name === "gowalla" || name === "sports-sequences"
  ? await published(name)
  : undefined;
say({
  chosen: report.chosen,
  seconds: round((performance.now() - start) / 1000),
  cpu_seconds: round(cpuSeconds([Deno.pid])),
  peak_megabytes: megabytes(Math.max(...run.stages.map(({ peak_bytes }) => peak_bytes))),
  ndcg_10: round(report.test?.metrics.ndcg, 4),
  popularity_ndcg_10: round(report.test?.popularity.ndcg, 4),
  cold_items: report.cold_items,
  ...(onTest && {
    published_test: {
      recall_10: round(onTest[9].recall, 4),
      ndcg_10: round(onTest[9].ndcg, 4),
      recall_20: round(onTest[19].recall, 4),
      ndcg_20: round(onTest[19].ndcg, 4),
    },
  }),
});

/** Returns the curve of the model on the published test file. */
async function published(name: "gowalla" | "sports-sequences") {
  const pool = new RowPool();
  const { curve } = await evaluate(model, { held: await publishedTest(name, dataset) }, pool);
  pool.close();
  return curve;
}

function round(value: number | undefined, digits = 2): number | undefined {
  return value === undefined ? undefined : Number(value.toFixed(digits));
}

function megabytes(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : Math.round(bytes / 1e6);
}
