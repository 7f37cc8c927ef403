/**
 * One training from data to model: split, fit and evaluate candidates, select one, evaluate it once
 * on the test set that no candidate has seen, and refit it on all data.
 */
import type { Model, ModelType } from "../../functions/recommender/model/model.ts";
import { describeSpec, fitSpec, type ModelSpec, parseSpec, specCost } from "./model_spec.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { seededRandom } from "../../functions/recommender/model/seeded_random.ts";
import { evaluationSplits, TEST_SHARE } from "../dataset/split/evaluation_splits.ts";
import { dataSummary, fieldWeightSummary, filterSummary } from "../metrics/data_summary.ts";
import { coldItems, splitColdItems } from "../metrics/cold_items.ts";
import { contentSummary } from "../metrics/content_summary.ts";
import { evaluate } from "../metrics/evaluate.ts";
import { sample, usersWithLikes } from "../metrics/evaluated_users.ts";
import type { ModelDescription, Report, Run } from "../../functions/recommender/report/report.ts";
import { heldOutMetrics } from "../metrics/held_out_metrics.ts";
import { repeatMetrics } from "../metrics/repeats.ts";
import { growthWarnings, reportWarnings } from "../metrics/report_warnings.ts";
import type { Engines, FitOptions } from "../algorithms/algorithm.ts";
import { ALGORITHMS } from "../algorithms/algorithms.ts";
import { assembleModel, rankableModel } from "../algorithms/assemble.ts";
import { learnFieldWeights } from "../algorithms/field_weights.ts";
import { type ContentModel, scaleOf } from "../algorithms/hybrid.ts";
import type { ModelContent } from "../content/features_file.ts";
import { itemKnn } from "../algorithms/item_knn.ts";
import { type Limits, plan } from "./plan.ts";
import { isOrdered } from "../algorithms/sequences.ts";
import { type TextParameters, tfidf } from "../algorithms/tfidf.ts";
import { type TrainingSet, trainingSet } from "../algorithms/training_set.ts";
import { compareModels, comparisonsOf } from "./compare_models.ts";
import { estimatedGateSeconds, gate } from "./gate.ts";
import { releaseMemory } from "../threads/release_memory.ts";
import { FIRST_ROW_ENTRIES, heldOfSample, isQuick, likeliestSpec } from "./first_model.ts";
import { fitLimits } from "./fit_limits.ts";
import type { Dense } from "../linalg/dense.ts";
import { openDense } from "../linalg/open_dense.ts";
import { rehearse } from "./rehearse.ts";
import { RowPool } from "../threads/row_pool.ts";
import { memoryOfMachine } from "../runtime/machine_memory.ts";
import { type ProgressListener, ProgressTracker } from "./progress_tracker.ts";
import { estimatedSearchSeconds, search, type SearchResult } from "./search.ts";

export interface TrainOptions {
  modelType: ModelType;
  /** Seed of all random numbers. */
  seed?: number;
  /** Time of the upload in seconds since 1970: later times of interactions are wrong. */
  until?: number;
  /** Estimated seconds for the search; ten minutes if absent. */
  budgetSeconds?: number;
  /** Returns the seconds for which the process was suspended, which do not count; 0 if absent. */
  pausedSeconds?: () => number;
  /** Estimated bytes the training may use; half of the machine's memory if absent. */
  memoryBytes?: number;
  /** Configuration of the serving model, with which the selected model is compared. */
  champion?: ModelDescription;
  /**
   * `first` fits the champion's configuration, or the likeliest one, instead of searching, unless
   * the whole search is quick. `full` by default.
   */
  search?: "full" | "first";
  /** Threads of the sparse kernels, one per core if absent; the result does not depend on it. */
  threads?: number;
  /** The engine for dense algebra; the fastest available if absent. */
  dense?: Dense;
}

export interface Trained {
  model: Model;
  /** Texts of the items, if the model was trained on them. */
  content?: ModelContent;
  report: Report;
  run: Run;
}

/**
 * Validation users; a seeded sample if there are more. On Gowalla the best of two blends that are
 * equally good on all its 29,858 users depended on which 5,000 were drawn.
 */
const VALIDATION_USERS = { least: 5_000, most: 20_000 };
/** Items ranked for all validation users by one trial: of more items, fewer users are drawn. */
const RANKED_ITEMS = 1e9;
/** Shares of the budget: for the search of hyperparameters, and for the fits of a blend. */
const SEARCHING = 1 / 4;
const FINISHING = 1 / 2;
/** Neighbours of an item in a content model. */
const CONTENT_NEIGHBOURS = 100;
/** Shrinkage of items with short texts, as a share of the mean squared length. */
const CONTENT_SHRINKAGE = 0.1;
/** Cost of comparing texts, and of evaluating a model, in the progress, in seconds. */
const READING_TEXTS = 0.5;
const EVALUATION_SECONDS = 0.1;
/** Share of the requested item, next to the history. */
const GAMMA = 0.5;

/**
 * Trains a model, selecting the algorithm and its hyperparameters by NDCG@10 on a validation set.
 * On one machine, the same dataset and options return the same model, byte for byte. Data of any
 * size yield a model; the report states its quality.
 */
export async function train(
  dataset: Dataset,
  options: TrainOptions,
  progress: ProgressListener = () => {},
): Promise<Trained> {
  const start = performance.now();
  const dense = options.dense ?? await openDense();
  const pool = new RowPool(options.threads);
  const settings: TrainSettings = {
    modelType: options.modelType,
    seed: options.seed ?? 1,
    until: options.until,
    limits: {
      seconds: options.budgetSeconds ?? 600,
      bytes: options.memoryBytes ?? memoryOfMachine() / 2,
    },
    pausedSeconds: options.pausedSeconds ?? (() => 0),
    champion: options.champion,
    wantsFirst: options.search === "first",
    engines: { dense, pool },
    progress,
  };
  try {
    const { model, report, run, content } = options.modelType === "CONTENT"
      ? await trainContent(dataset, settings)
      : await trainInteractions(dataset, settings);
    return {
      model,
      content: content?.comparison && {
        features: content.features,
        comparison: content.comparison,
        scale: scaleOf(content.rows),
      },
      report: {
        ...report,
        ...filterSummary(model),
        warnings: [...reportWarnings(report), ...growthWarnings(dataset.interactions, content)],
      },
      run: {
        seconds: (performance.now() - start) / 1000,
        ...run,
        dense: dense.name,
        cores: navigator.hardwareConcurrency,
      },
    };
  } finally {
    pool.close();
  }
}

interface TrainSettings {
  modelType: ModelType;
  seed: number;
  until?: number;
  limits: Limits;
  pausedSeconds: () => number;
  champion?: ModelDescription;
  /** Whether the likeliest configuration will do where the search takes long. */
  wantsFirst: boolean;
  engines: Engines;
  progress: ProgressListener;
}

/** Result of a training of either kind, before the common parts are added. */
interface TrainResult {
  model: Model;
  report: Omit<Report, "warnings">;
  run: Pick<Run, "stages" | "candidates">;
  /** Content features, if texts were read. */
  content?: ContentModel;
}

/** Trains neighbours by content, without selection or measurement. */
async function trainContent(
  dataset: Dataset,
  { engines: { pool }, progress }: TrainSettings,
): Promise<TrainResult> {
  const tracker = new ProgressTracker(progress, 1);
  const chosen = { algorithm: "tfidf", parameters: { neighbours: CONTENT_NEIGHBOURS } };
  const texts = await tracker.step(
    "fit tfidf",
    0.8,
    (progress) =>
      tfidf(dataset.items, {
        keep: CONTENT_NEIGHBOURS,
        shrinkage: CONTENT_SHRINKAGE,
        pool,
        progress,
      }),
  );
  const popularity = new Uint32Array(dataset.items.ids.length);
  const model = assembleModel(dataset, { weights: texts.rows, popularity }, {
    ...chosen,
    model_type: "CONTENT",
    gamma: GAMMA,
  });
  const content = await tracker.step("evaluate", 0.2, () => contentSummary(model));
  return {
    model,
    report: { ...dataSummary(dataset, "CONTENT"), candidates: [], chosen, content },
    run: { stages: tracker.stages, candidates: [] },
    content: texts,
  };
}

/** Trains on interactions, for COLLABORATIVE and HYBRID. */
async function trainInteractions(
  dataset: Dataset,
  { modelType, seed, until, limits, pausedSeconds, champion, wantsFirst, engines, progress }:
    TrainSettings,
): Promise<TrainResult> {
  const start = performance.now();
  const { interactions } = dataset;
  const items = dataset.items.ids.length;
  const splits = evaluationSplits(interactions, { seed, until });
  const { outer, inner, cut, validationShare } = splits;
  const validationUsers = sample(
    usersWithLikes(inner.held),
    mostValidationUsers(items),
    seededRandom(seed + 2),
  );
  const set = trainingSet(inner.train, { items });
  const planned = plan(ALGORITHMS, {
    set,
    dense: engines.dense,
    limits: fitLimits(limits, { interactions, set }),
  });
  const hybrid = modelType === "HYBRID";
  const searchSeconds = estimatedSearchSeconds(planned, { interactions: inner.train, hybrid });
  const isFirst = wantsFirst && !isQuick(interactions, items);
  const first = isFirst
    ? affordable(champion && parseSpec(champion), { set, limits, ...engines }) ??
      likeliestSpec(planned, { interactions, hybrid })
    : undefined;
  const held = isFirst ? heldOfSample(outer.held, seededRandom(seed + 10)) : outer.held;
  const longestFit = EVALUATION_SECONDS +
    (first
      ? specCost(first, set, engines.dense).seconds
      : Math.max(...planned.map((p) => p.skipped ? 0 : p.cost.seconds)));
  const gating = estimatedGateSeconds(champion, { interactions: outer.train, items }, engines);
  const comparisons = isFirst ? 0 : comparisonsOf(splits, isOrdered(set));
  const tracker = new ProgressTracker(
    progress,
    (first ? 0 : searchSeconds) + (2 + comparisons) * longestFit + gating +
      (hybrid ? READING_TEXTS + longestFit : 0),
  );

  const texts = hybrid
    ? await tracker.step(
      "reading texts",
      READING_TEXTS,
      (progress) =>
        readTexts(dataset, { set, seed: seed + 7, learns: !isFirst, ...engines, progress }),
    )
    : undefined;
  const content = texts?.content;
  const pausedBefore = pausedSeconds();
  const secondsLeft = () =>
    limits.seconds - gating - (performance.now() - start) / 1000 + pausedSeconds() - pausedBefore;
  const innerData = {
    ...{ interactions: inner.train, items, content },
    ...(isFirst && !champion && { rowEntries: FIRST_ROW_ENTRIES }),
  };
  const { spec, unordered, candidates, timings, budgetHit }: SearchResult = first
    ? { spec: first, candidates: [], timings: [], budgetHit: false }
    : await search(
      { ...innerData, held: inner.held, validationUsers },
      {
        ...{ planned, tracker, secondsLeft, ...engines },
        fits: hybrid ? 3 : 2,
        // All test users, twice: for the model and for popularity.
        evaluations: 2 * usersWithLikes(held).length / Math.max(validationUsers.length, 1),
        searching: SEARCHING * limits.seconds,
        finishing: FINISHING * limits.seconds,
      },
    );
  await releaseMemory(engines.pool);

  const outerData = { ...innerData, interactions: outer.train };
  const evaluated = await tracker.step(
    "evaluate",
    longestFit,
    (progress) => fitSpec(spec, outerData, { ...engines, progress }),
  );
  const evaluation = await evaluate(rankableModel(evaluated), { held }, engines.pool);
  const { users } = dataset;
  const random = seededRandom(seed + 11);
  const rehearsal = isFirst
    ? undefined
    : rehearse(rankableModel(evaluated), { held, users, random });
  const test = await heldOutMetrics(evaluated, {
    ...{ evaluation, held, cut, seed, withDiversity: !isFirst },
    ...engines,
  });
  const { otherSplit, nextItem } = isFirst ? {} : await compareModels(evaluated, {
    ...{ spec, unordered, data: outerData, splits, isOrdered: isOrdered(set) },
    ...{ seed, tracker, longestFit, secondsLeft, engines },
  });
  const repeats = isFirst ? undefined : await repeatMetrics(evaluated, {
    ...{ rows: dataset.rows, split: outer, weighting: spec.weighting, pool: engines.pool },
  });
  const gateReport = champion &&
    await tracker.step("comparing with the champion", gating, (progress) =>
      gate(
        champion,
        { spec, evaluation, data: outerData, held, limits, seed: seed + 6 },
        { ...engines, progress },
      ));

  const cold = content && !isFirst && usersWithLikes(held).length > 0
    ? await tracker.step("cold items", longestFit, async (progress) => {
      const { described } = dataset.items;
      const split = splitColdItems(interactions, { items, described, seed: seed + 8 });
      const partly = { ...innerData, interactions: split.train };
      const fitted = await fitSpec(spec, partly, { ...engines, progress });
      const { pool } = engines;
      return coldItems(fitted, { split, content: content.rows, seed: seed + 9, pool });
    })
    : undefined;
  await releaseMemory(engines.pool);

  const fitted = await tracker.step(
    "refit",
    longestFit,
    (progress) => fitSpec(spec, { ...innerData, interactions }, { ...engines, progress }),
  );
  const chosen = describeSpec(spec);
  return {
    model: {
      ...assembleModel(dataset, fitted, {
        ...chosen,
        model_type: modelType,
        gamma: GAMMA,
        weighting: spec.weighting,
      }),
      ...(rehearsal && { rehearsal }),
    },
    report: {
      ...dataSummary(dataset, modelType),
      split: {
        test_share: TEST_SHARE,
        validation_share: validationShare,
        seed,
        train: inner.train.items.length,
        validation: inner.held.items.length,
        test: held.items.length,
        validation_users: validationUsers.length,
        test_users: usersWithLikes(held).length,
        kind: splits.kind,
        ...(cut && { cut: new Date(1000 * cut.time).toISOString() }),
        says: splits.says,
        ...(otherSplit && { other: otherSplit }),
      },
      candidates,
      ...(budgetHit && { budget_hit: true as const }),
      ...(isFirst && { search: "first" as const }),
      chosen,
      ...(test && { test }),
      ...(nextItem && { next_item: nextItem }),
      ...(repeats && { repeats }),
      ...(cold && { cold_items: cold }),
      ...(texts?.model && { field_weights: fieldWeightSummary(texts.model, dataset) }),
      ...(gateReport && { gate: gateReport }),
    },
    run: { stages: tracker.stages, candidates: timings },
    content,
  };
}

/** Returns the maximum number of validation users for a number of items. */
function mostValidationUsers(items: number): number {
  const { least, most } = VALIDATION_USERS;
  return Math.min(most, Math.max(least, Math.floor(RANKED_ITEMS / items)));
}

/** Returns a specification if it can be fitted within the limits. */
function affordable(
  spec: ModelSpec | undefined,
  { set, limits, dense }: { set: TrainingSet; limits: Limits; dense: Dense },
): ModelSpec | undefined {
  const cost = spec && specCost(spec, set, dense);
  return cost && cost.bytes <= limits.bytes && 2 * cost.seconds <= limits.seconds
    ? spec
    : undefined;
}

/**
 * Returns the content features, with field weights learned from interactions if there are any.
 * @param options.learns whether to learn them; takes as long as comparing the texts.
 */
async function readTexts(
  { items }: Dataset,
  { set, seed, learns, ...options }:
    & { set: TrainingSet; seed: number; learns: boolean }
    & FitOptions,
): Promise<{ content: ContentModel; model?: TextParameters }> {
  const model = learns
    ? learnFieldWeights(
      items,
      await itemKnn.fit(set, itemKnn.configurations[0], options),
      seededRandom(seed),
    )
    : undefined;
  const { pool, progress } = options;
  const keep = CONTENT_NEIGHBOURS;
  const content = await tfidf(items, { keep, shrinkage: CONTENT_SHRINKAGE, pool, model, progress });
  return { content, model };
}
