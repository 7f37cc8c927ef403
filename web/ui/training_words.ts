/** Display names of the trainer's stages and algorithms. */

const STAGES: Record<string, string> = {
  starting: "Starting",
  reading: "Reading the files",
  evaluate: "Evaluating the best model on the test set",
  refit: "Training the best model on all data",
  publishing: "Publishing the model",
  ready: "Ready",
};

/** Steps of a training, in order. */
export const STEPS = ["Read files", "Run trials", "Evaluate", "Train on all data", "Publish"];

const STEP_OF: Record<string, number> = {
  starting: 0,
  reading: 0,
  evaluate: 2,
  "next items": 2,
  "the other split": 2,
  "comparing with the champion": 2,
  "cold items": 2,
  refit: 3,
  publishing: 4,
  ready: 5,
};

const ALGORITHMS: Record<string, string> = {
  popularity: "popularity",
  tfidf: "TF-IDF neighbours",
  item_knn: "item-kNN",
  rp3beta: "RP3β",
  turbo_cf: "Turbo-CF",
  sequential_rules: "sequential rules",
  ease: "EASE",
  ials: "iALS",
  low_pass: "low-pass filter",
  blend: "a blend of two models",
  hybrid: "a blend of features and interactions",
};

/** Returns the text of a stage; an unknown stage is capitalized. */
export function stageWords(stage: string | null): string {
  if (!stage) return STAGES.starting;
  const algorithm = /^fit (.+)$/.exec(stage)?.[1];
  if (algorithm) return `Trying ${algorithmWords(algorithm)}`;
  return STAGES[stage] ?? stage.charAt(0).toUpperCase() + stage.slice(1);
}

/** Returns the index in `STEPS` of a stage. Stages not in the table belong to trials. */
export function stepOf(stage: string | null): number {
  return stage === null ? 0 : STEP_OF[stage] ?? (/^taking out/.test(stage) ? 0 : 1);
}

/** Returns the display name of an algorithm. */
export function algorithmWords(algorithm: string): string {
  return ALGORITHMS[algorithm] ?? algorithm;
}

/** Returns whether the algorithm has a display name. */
export function hasAlgorithmWords(algorithm: string): boolean {
  return algorithm in ALGORITHMS;
}

/** Returns the display name capitalized, unless it has its own case, such as iALS. */
export function algorithmName(algorithm: string): string {
  const words = algorithmWords(algorithm);
  return /^[a-z][A-Z]/.test(words) ? words : words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * Formats hyperparameters: {neighbours: 50} → "neighbours 50"; of a blend by part, {"ials.share":
 * 0.75, "ease.share": 0.25} → "iALS: share 0.75; EASE: share 0.25".
 */
export function parametersInWords(parameters: Record<string, unknown> = {}): string {
  const parts = new Map<string, string[]>();
  for (const [key, value] of Object.entries(parameters)) {
    const [name, part = ""] = key.split(".").reverse();
    const shown = name === "base" ? algorithmWords(String(value)) : String(value);
    const described = `${name.replaceAll("_", " ")} ${shown}`;
    parts.set(part, [...(parts.get(part) ?? []), described]);
  }
  return [...parts].map(([part, described]) =>
    `${part === "" ? "" : `${algorithmWords(part)}: `}${described.join(", ")}`
  ).join("; ");
}
