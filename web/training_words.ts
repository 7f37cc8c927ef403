/** The trainer's stages and algorithms, as people read them. */

const STAGES: Record<string, string> = {
  starting: "Starting",
  reading: "Reading the files",
  evaluate: "Measuring the best model on data it has not seen",
  refit: "Training the best model on all data",
  publishing: "Publishing the model",
  ready: "Ready",
};

const ALGORITHMS: Record<string, string> = {
  popularity: "popularity",
  tfidf: "TF-IDF neighbours",
  item_knn: "item-kNN",
  rp3beta: "RP3β",
  ease: "EASE",
  ials: "iALS",
  low_pass: "low-pass filter",
  blend: "a blend of two models",
  hybrid: "a blend of features and interactions",
};

/** A stage as a line under the bar; one that is not known here is shown as it is. */
export function stageWords(stage: string | null): string {
  if (!stage) return STAGES.starting;
  const algorithm = /^fit (.+)$/.exec(stage)?.[1];
  if (algorithm) return `Trying ${algorithmWords(algorithm)}`;
  return STAGES[stage] ?? stage.charAt(0).toUpperCase() + stage.slice(1);
}

/** An algorithm by its usual name. */
export function algorithmWords(algorithm: string): string {
  return ALGORITHMS[algorithm] ?? algorithm;
}
