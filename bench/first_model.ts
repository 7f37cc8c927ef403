/**
 * Time from an upload to the first model and to the best model, and the quality of both, through
 * the public API. Prints a line for the first model, one for each trial of the search, with the
 * gain in validation NDCG@10 over all before it, and one for both models. CPU time is that of the
 * trainer with its processes; unlike elapsed time, it hardly depends on the load of the machine.
 *
 *     AIREC_TEST_DATA=… deno run -A bench/first_model.ts movielens-small
 *     … lastfm-2k, sports-sequences, gowalla: the other public sets
 *     … 5: so many million interactions, generated with a long tail
 */
import { part } from "../testing/runner/optional_parts.ts";
import { sizeOf, writeLongTail } from "./long_tail.ts";
import { cpuSeconds } from "./process_usage.ts";
import { startServing } from "./serving_system.ts";
import { apiOf, type Files, filmFiles } from "./uploaded_project.ts";

await using stack = new AsyncDisposableStack();
const [name = "movielens-small"] = Deno.args;
const files = await filesOf(name);
await using system = await startServing({ processes: 1, trainer: true });
const api = apiOf(system);
const start = performance.now();
const cpuAtStart = cpuSeconds(system.pidsOf("trainer"));
const id = await api.upload(files);
const first = await api.untilReady(id, { best: false });
const atFirst = { ...spent(), chosen: first.report.chosen, ndcg_10: ndcgOf(first) };
console.log(JSON.stringify({ data: name, first: atFirst }));
const best = await api.untilReady(id, { best: true });
const atBest = spent();
const { candidates }: { candidates: { cpu_seconds?: number }[] } = await api.call(
  `/project/${id}/run`,
);

let top = 0;
for (const [c, { algorithm, parameters, validation_ndcg }] of best.report.candidates.entries()) {
  if (validation_ndcg === undefined) continue;
  const gain = Math.max(0, validation_ndcg - top);
  top += gain;
  const { cpu_seconds = 0 } = candidates[c];
  console.log(JSON.stringify({
    ...{ data: name, trial: algorithm, parameters },
    ...{
      cpu_seconds: round(cpu_seconds, 2),
      ndcg_10: round(validation_ndcg, 4),
      gain: round(gain, 4),
    },
  }));
}
console.log(JSON.stringify({
  data: name,
  first: atFirst,
  best: { ...atBest, chosen: best.report.chosen, ndcg_10: ndcgOf(best) },
  first_of_best: round(ndcgOf(first) / ndcgOf(best), 3),
  version: best.mlflow_model_version,
  error: best.error,
}));

function ndcgOf({ report }: typeof first): number {
  return round(report.test.metrics.ndcg, 4);
}

/** Returns the time since the upload began, and the trainer's CPU time. */
function spent(): { seconds: number; cpu_seconds: number } {
  return {
    seconds: round((performance.now() - start) / 1000, 1),
    cpu_seconds: round(cpuSeconds(system.pidsOf("trainer")) - cpuAtStart, 1),
  };
}

/** Returns the files of a public set, or of so many million generated interactions. */
async function filesOf(name: string): Promise<Files> {
  const millions = Number(name);
  if (millions > 0) {
    const folder = await Deno.makeTempDir({ prefix: "airec_first_model_" });
    stack.defer(() => Deno.remove(folder, { recursive: true }));
    await writeLongTail(`${folder}/train.csv`, sizeOf(millions));
    return { interaction: `${folder}/train.csv` };
  }
  if (name === "movielens-small") return filmFiles();
  const folder = `${part("data")}/${name}`;
  return name === "lastfm-2k"
    ? { content: `${folder}/artists.csv`, interaction: `${folder}/user_artists.dat` }
    : { interaction: `${folder}/train.csv.gz` };
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
