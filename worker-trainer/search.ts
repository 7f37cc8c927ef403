/** The search for the recipe that ranks best, judged on what it has not seen. */
import type { SparseRows } from "../functions/recommender/model/model.ts";
import type { Interactions } from "./dataset/dataset.ts";
import { evaluate } from "./evaluate/evaluate.ts";
import type { Candidate, Run } from "./evaluate/report.ts";
import type { Engines, FitOptions, Parameters } from "./fit/algorithm.ts";
import { ALGORITHMS } from "./fit/algorithms.ts";
import { type Fitted, rankable } from "./fit/assemble.ts";
import { CONTENT_SHARES, DEFAULT_CONTENT_SHARE, hybridRows, similarRows } from "./fit/hybrid.ts";
import type { Planned } from "./fit/plan.ts";
import { popularity } from "./fit/popularity.ts";
import { ratingsVary, type Signal, type TrainingSet, trainingSet } from "./fit/training_set.ts";
import type { Meter } from "./meter.ts";

/** What a model is made by: a recipe and, for a hybrid, the share of content beside it. */
export interface Choice {
  recipe: Planned;
  contentShare?: number;
}

/** What is fitted on: some interactions with a catalogue, and its content rows for a hybrid. */
export interface Lesson {
  interactions: Interactions;
  items: number;
  content?: SparseRows;
}

/** A lesson with what the users took later, and the users that judge. */
export interface Examination extends Lesson {
  held: Interactions;
  judges: Uint32Array;
}

/** What the search found, with all that it tried. */
export interface Found {
  choice: Choice;
  candidates: Candidate[];
  timings: Run["candidates"];
}

/** Algorithms whose best recipe is tried again on liked items alone. */
const FINALISTS = 2;
/** Neighbours that are shown for an item itself, at most. */
const NEIGHBOURS = 100;
/** What judging a candidate counts beside its fit, in seconds. */
const JUDGING = 0.1;

/** The estimated cost of a whole search, in seconds: what its progress is measured by. */
export function searchCost(
  planned: Planned[],
  { interactions, hybrid }: { interactions: Interactions; hybrid: boolean },
): number {
  const tried = planned.filter(({ skipped }) => !skipped).map(stepCost);
  const signals = ratingsVary(interactions) ? FINALISTS * Math.max(0, ...tried) : 0;
  return tried.reduce((sum, cost) => sum + cost, signals) +
    (hybrid ? CONTENT_SHARES.length * JUDGING : 0);
}

/**
 * Tries what is planned and gives the best by NDCG@10; of equals the one tried first, which is the
 * cheapest. Three rounds: all recipes; the best of the leading algorithms again on liked items,
 * where ratings tell them apart; for a hybrid, the winner with several shares of content.
 */
export async function search(
  examination: Examination,
  { planned, meter, ...engines }: { planned: Planned[]; meter: Meter } & Engines,
): Promise<Found> {
  const { interactions, items, content, judges } = examination;
  const trials: Trial[] = [];
  const judge = async (recipe: Planned): Promise<void> => {
    const { algorithm, parameters } = recipe;
    await meter.step(`fit ${algorithm.name}`, stepCost(recipe), async (tell) => {
      const start = performance.now();
      const set = setFor(recipe, { interactions, items });
      const weights = await algorithm.fit(set, parameters, { ...engines, progress: tell });
      trials.push(examined({ recipe }, { set, weights, start, examination }));
      forgetLosers(trials);
    });
  };
  const possible = judges.length > 0
    ? planned
    : planned.map((p) => ({ ...p, skipped: p.skipped ?? "No user has items to judge it by." }));
  const cost = searchCost(planned, { interactions, hybrid: content !== undefined });
  const done = meter.done;

  for (const recipe of possible) {
    if (!recipe.skipped) await judge(recipe);
  }
  if (ratingsVary(interactions)) {
    for (const { recipe } of finalists(trials)) await judge(liking(recipe));
  }
  const base = best(trials);
  if (base && content) {
    const { recipe } = base.choice;
    const set = setFor(recipe, { interactions, items });
    let rows: ((share: number) => SparseRows) | undefined;
    for (const contentShare of CONTENT_SHARES) {
      await meter.step("fit hybrid", JUDGING, () => {
        const start = performance.now();
        rows ??= hybridRows({ weights: base.weights!, content }, set);
        const weights = rows(contentShare);
        trials.push(examined({ recipe, contentShare }, { set, weights, start, examination }));
      });
    }
  }
  meter.skipTo(done + cost);
  const eligible = content
    ? trials.filter(({ choice }) => choice.contentShare !== undefined)
    : trials;
  const skipped = possible.filter((recipe) => recipe.skipped);
  return {
    choice: best(eligible)?.choice ?? unjudged(possible[0], content),
    candidates: [
      ...trials.map(({ choice, ndcg }) => ({ ...describe(choice), validation_ndcg: ndcg })),
      ...skipped.map((recipe) => ({ ...describe({ recipe }), skipped: recipe.skipped })),
    ],
    timings: [
      ...trials.map(({ choice, seconds }) => timing(choice, seconds)),
      ...skipped.map((recipe) => timing({ recipe })),
    ],
  };
}

/** Fits a choice on a lesson. */
export async function fitChoice(
  { recipe, contentShare }: Choice,
  { interactions, items, content }: Lesson,
  options: FitOptions,
): Promise<Fitted> {
  const set = setFor(recipe, { interactions, items });
  const { popularity, histories } = set;
  const weights = await recipe.algorithm.fit(set, recipe.parameters, options);
  if (!content || contentShare === undefined) return { weights, popularity, histories };
  return {
    weights: hybridRows({ weights, content }, set)(contentShare),
    similar: similarRows({ weights, content }, { keep: Math.min(set.keep, NEIGHBOURS) }),
    popularity,
    histories,
  };
}

/** A choice in the words of the report and the manifest. */
export function describe(
  { recipe, contentShare }: Choice,
): { algorithm: string; parameters: Parameters } {
  const { algorithm, parameters } = recipe;
  return contentShare === undefined ? { algorithm: algorithm.name, parameters } : {
    algorithm: "hybrid",
    parameters: { base: algorithm.name, ...parameters, content_share: contentShare },
  };
}

/** The choice that `describe` described; undefined where its algorithm is none of ours any more. */
export function choiceOf(
  { algorithm, parameters }: ReturnType<typeof describe>,
): Choice | undefined {
  const hybrid = algorithm === "hybrid";
  const { base, content_share, ...own } = parameters;
  const name = hybrid ? base : algorithm;
  const known = ALGORITHMS.find((algorithm) => algorithm.name === name);
  if (!known) return undefined;
  const recipe = {
    algorithm: known,
    parameters: hybrid ? own : parameters,
    cost: { seconds: 0, bytes: 0 },
  };
  return hybrid ? { recipe, contentShare: Number(content_share) } : { recipe };
}

/** A candidate that was judged. */
interface Trial {
  choice: Choice;
  ndcg: number;
  seconds: number;
  /** Its rows, while it is the best. */
  weights?: SparseRows;
}

/** Rows are large, and only the best ones may still be needed. */
function forgetLosers(trials: Trial[]): void {
  const leader = best(trials);
  for (const trial of trials) if (trial !== leader) trial.weights = undefined;
}

function examined(
  choice: Choice,
  { set, weights, start, examination }: {
    set: TrainingSet;
    weights: SparseRows;
    start: number;
    examination: Examination;
  },
): Trial {
  const { held, judges } = examination;
  const model = rankable({ weights, popularity: set.popularity, histories: set.histories });
  const { metrics } = evaluate(model, { held, users: judges });
  return { choice, weights, ndcg: metrics.ndcg, seconds: (performance.now() - start) / 1000 };
}

function best(trials: Trial[]): Trial | undefined {
  return trials.reduce<Trial | undefined>(
    (top, trial) => top && top.ndcg >= trial.ndcg ? top : trial,
    undefined,
  );
}

/** The best trial of each of the leading algorithms that learn something. */
function finalists(trials: Trial[]): Choice[] {
  const algorithms = new Set(trials.map(({ choice }) => choice.recipe.algorithm));
  return [...algorithms]
    .map((algorithm) => best(trials.filter((t) => t.choice.recipe.algorithm === algorithm))!)
    .filter(({ choice }) => choice.recipe.algorithm !== popularity)
    .sort((a, b) => b.ndcg - a.ndcg)
    .slice(0, FINALISTS)
    .map(({ choice }) => choice);
}

function liking(recipe: Planned): Planned {
  return { ...recipe, parameters: { ...recipe.parameters, signal: "liked" } };
}

/** The choice where nothing could be judged: the simplest, with content where there is some. */
function unjudged(recipe: Planned, content?: SparseRows): Choice {
  return content ? { recipe, contentShare: DEFAULT_CONTENT_SHARE } : { recipe };
}

function setFor({ parameters }: Planned, { interactions, items }: Lesson): TrainingSet {
  return trainingSet(interactions, { items, signal: (parameters.signal as Signal) ?? "all" });
}

function stepCost({ cost }: Planned): number {
  return cost.seconds + JUDGING;
}

function timing(choice: Choice, seconds?: number): Run["candidates"][number] {
  return { ...describe(choice), estimated_seconds: choice.recipe.cost.seconds, seconds };
}
