/** Describes a training for the registry: its model, data, candidates and results. */
import type { AddressedData } from "../../functions/recommender/addresses/addresses.ts";
import type { Training } from "../../functions/recommender/registry/registry.ts";
import type { Claim } from "../queue/claim.ts";
import { mappedColumns } from "../../functions/recommender/files/mapping.ts";
import type { Receipt } from "../../functions/recommender/files/rows/receipt.ts";
import type { ModelDescription, Report, Run } from "../../functions/recommender/report/report.ts";
import { reportPages } from "./pages/report_pages.ts";

/** Results of a training. */
interface TrainingResults {
  report: Report;
  run: Run;
  /** In the order of the claim's files. */
  receipts: Receipt[];
  /** The serving configuration when it began; undefined if there was none. */
  champion?: ModelDescription;
  /** Data at addresses as they were read, by file id. */
  addressed?: ReadonlyMap<number, AddressedData>;
  /** Tags of the code that trained. */
  code: Record<string, string>;
}

/** Returns all of it but the artifact's files and the start time. */
export function trainingRecord(
  claim: Claim,
  { report, run, receipts, champion, code, addressed }: TrainingResults,
): Omit<Training, "files" | "startedAt"> {
  const { algorithm, parameters } = report.chosen;
  return {
    model: claim.model,
    about: modelAbout(claim),
    description: `${claim.project_name}: ${algorithm}`,
    trainingId: claim.training_id,
    parameters: { algorithm, ...parameters },
    metrics: metricsOf(report, run),
    tags: {
      "airec.project_id": String(claim.id),
      "airec.model_type": claim.model_type,
      "airec.algorithm": algorithm,
      "airec.dataset_fingerprint": report.dataset_fingerprint,
      "airec.verdict": report.gate?.verdict ?? (champion ? "ungated" : "first"),
      ...(report.gate && { "airec.verdict_reason": report.gate.reason }),
      ...code,
    },
    pages: reportPages(report, { title: `${claim.project_name}: the report of a training` }),
    sources: claim.files.map(({ id, file_name, sha256, storage_path, address, ...file }, i) => ({
      name: file_name,
      sha256: addressed?.get(id)?.sha256 ?? sha256,
      path: address?.uri ?? storage_path,
      role: file.file_type.toLowerCase(),
      columns: mappedColumns(file.mapping),
      rows: receipts[i].rows,
    })),
    candidates: report.candidates.map((candidate, i) => ({
      name: candidate.algorithm,
      parameters: { algorithm: candidate.algorithm, ...candidate.parameters },
      metrics: {
        ...(candidate.validation_ndcg !== undefined && {
          validation_ndcg_10: candidate.validation_ndcg,
        }),
        ...(run.candidates[i].peak_bytes !== undefined && {
          peak_bytes: run.candidates[i].peak_bytes,
        }),
      },
      seconds: run.candidates[i].seconds,
      skipped: candidate.skipped,
    })),
  };
}

/** Returns the description of the registered model, in Markdown. */
function modelAbout({ project_name, model, model_type }: Claim): string {
  return `Recommendations of the project **${project_name}** (${model_type}), trained by AiREC.\n\n` +
    "```python\n" +
    `model = mlflow.pyfunc.load_model("models:/${model}@champion")\n` +
    "```\n";
}

/** Returns the figures of the report under names that every registry accepts. */
function metricsOf({ test, data, gate }: Report, { seconds }: Run): Record<string, number> {
  const metrics: Record<string, number> = {
    items: data.items,
    users: data.users,
    interactions: data.interactions,
    ...(data.liking && {
      liked: data.liking.liked,
      neutral: data.liking.neutral,
      rejected: data.liking.rejected,
    }),
    seconds,
  };
  if (gate?.champion_ndcg !== undefined) metrics.ndcg_10_champion = gate.champion_ndcg;
  if (test) {
    const { ndcg, recall, coverage, mrr, novelty } = test.metrics;
    Object.assign(metrics, {
      ndcg_10: ndcg,
      recall_10: recall,
      coverage_10: coverage,
      mrr,
      novelty,
    });
    metrics.ndcg_10_popularity = test.popularity.ndcg;
    metrics.ndcg_10_random = test.random.ndcg;
  }
  return metrics;
}
