/** Order of the test files of a run. */
import { relative } from "@std/path";

/**
 * The files that take longest, longest first. They start first: one that started last would run
 * alone on one core. The order comes from the list that a run prints at its end.
 */
export const LONGEST = [
  "e2e/workerd_suite_test.ts",
  "worker-trainer/tuning/train_model_real_test.ts",
  "e2e/dashboard_test.ts",
  "e2e/shops_test.ts",
  "e2e/live/same_history_test.ts",
  "e2e/gone_test.ts",
  "e2e/schemathesis_test.ts",
  "e2e/system_test.ts",
  "e2e/edge_test.ts",
  "ops/backup/backup_test.ts",
  "e2e/import_browser_test.ts",
  "e2e/browser_test.ts",
  "e2e/lifecycle_test.ts",
  "e2e/rolling_versions_test.ts",
  "e2e/contracts/clients_test.ts",
  "e2e/publish_cut_test.ts",
  "e2e/fuzz_test.ts",
  "worker-trainer/queue/trainer_test.ts",
  "e2e/faults_test.ts",
  "e2e/backup_test.ts",
  "worker-trainer/publish/golden_in_workerd_test.ts",
  "e2e/real_data_test.ts",
  "functions/recommender/registry/mlflow_auth_test.ts",
  "functions/recommender/registry/registry_conformance_test.ts",
  "e2e/import_controls_browser_test.ts",
  "e2e/redaction_serving_test.ts",
  "ops/backup/mlflow_backup_test.ts",
];

/**
 * Returns the arguments of `deno test` with the longest files that they contain first; the others
 * keep Deno's order. Deno runs a file once, however often it is named.
 * @param args paths from the project's root and options; without a path all files run
 */
export function longestFirst(args: string[]): string[] {
  const paths = args.filter((arg) => !arg.startsWith("-"));
  const options = args.filter((arg) => arg.startsWith("-"));
  if (paths.length === 0) return [...options, ...LONGEST, "."];
  const within = (file: string) => paths.some((path) => !relative(path, file).startsWith(".."));
  return [...options, ...LONGEST.filter(within), ...paths];
}
