/**
 * The specification of a model: one configuration or a blend of several, the history weighting, and
 * the share of content for a hybrid. It can be described for the report, parsed from that, and
 * fitted.
 */
import { z } from "zod";
import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Interactions } from "../dataset/dataset.ts";
import type { ModelDescription } from "../../functions/recommender/report/report.ts";
import type { Configuration, Cost, FitOptions, Parameters } from "../algorithms/algorithm.ts";
import { ALGORITHMS } from "../algorithms/algorithms.ts";
import type { Fitted } from "../algorithms/assemble.ts";
import { type ContentModel, hybridRows, scaleOf, similarRows } from "../algorithms/hybrid.ts";
import {
  EQUAL_WEIGHTING,
  type HistoryWeighting,
  type TrainingSet,
  trainingSet,
} from "../algorithms/training_set.ts";
import { servedRows } from "../algorithms/served_rows.ts";
import type { Dense } from "../linalg/dense.ts";
import { parallelSum } from "../threads/parallel_products.ts";
import type { RowPool } from "../threads/row_pool.ts";

/** One configuration or a blend, with its history weighting and its share of content. */
export interface ModelSpec {
  /** One part, or several whose rows are added up with their shares; shares sum to 1. */
  parts: { configuration: Configuration; share: number }[];
  weighting: HistoryWeighting;
  /** Share of content in a hybrid; absent for other models. */
  contentShare?: number;
}

/** Training data: interactions with the size of the catalogue, and its content for a hybrid. */
export interface TrainingData {
  interactions: Interactions;
  items: number;
  content?: ContentModel;
  /** Maximum entries of a row of the model, if that is less than `trainingSet` sets. */
  rowEntries?: number;
}

/** Maximum number of neighbours kept for an item itself. */
const NEIGHBOURS = 100;

/** Fits a model specification. */
export async function fitSpec(
  { parts, weighting, contentShare }: ModelSpec,
  { interactions, items, content, rowEntries = Infinity }: TrainingData,
  { progress, ...engines }: FitOptions,
): Promise<Fitted> {
  const usual = trainingSet(interactions, { items, weighting });
  const set = {
    ...usual,
    keep: Math.min(usual.keep, rowEntries),
    served: Math.min(usual.served, rowEntries),
  };
  const { popularity, histories } = set;
  const rows: { rows: SparseRows; share: number }[] = [];
  for (const [p, { configuration, share }] of parts.entries()) {
    const fitted = await configuration.fit(set, {
      ...engines,
      progress: (own) => progress?.((p + own) / parts.length),
    });
    rows.push({ rows: fitted, share });
  }
  const { pool } = engines;
  const weights = await blendRows(rows, set, pool);
  if (!content || contentShare === undefined) return { weights, popularity, histories };
  return {
    weights: await (await hybridRows({ weights, content }, set, pool))(contentShare),
    similar: await similarRows(
      { weights, content },
      { keep: Math.min(set.served, NEIGHBOURS), pool },
    ),
    popularity,
    histories,
  };
}

/**
 * Returns the weighted sum of rows on a common scale, cut for serving; one part keeps its scale.
 */
export async function blendRows(
  parts: { rows: SparseRows; share: number }[],
  { served }: Pick<TrainingSet, "served">,
  pool: RowPool,
): Promise<SparseRows> {
  if (parts.length === 1) return await servedRows(parts[0].rows, { served }, pool);
  return await parallelSum(
    parts.map(({ rows, share }) => ({ rows, weight: share / (scaleOf(rows) || 1) })),
    { keep: served, pool },
  );
}

/** Returns the estimated cost of fitting the parts one after the other. */
export function specCost({ parts }: ModelSpec, set: TrainingSet, dense: Dense): Cost {
  const costs = parts.map(({ configuration }) => configuration.cost(set, dense));
  const rows = 8 * set.items * set.keep;
  return {
    seconds: costs.reduce((sum, { seconds }) => sum + seconds, 0),
    bytes: Math.max(0, ...costs.map(({ bytes }) => bytes)) + (costs.length - 1) * rows,
  };
}

/**
 * Returns the description for the report and the manifest. The parameters of a blend are prefixed
 * with their algorithm: `ease.lambda`, `ease.share`.
 */
export function describeSpec({ parts, weighting, contentShare }: ModelSpec): ModelDescription {
  const [{ configuration: first }] = parts;
  const base = parts.length === 1 ? first.algorithm.name : "blend";
  const own: Parameters = {
    ...(parts.length === 1 ? first.parameters : Object.assign(
      {},
      ...parts.map(({ configuration, share }) => prefixed(configuration, share)),
    )),
    ...(weighting.signal !== EQUAL_WEIGHTING.signal && { signal: weighting.signal }),
    ...(weighting.halfLife !== undefined && { half_life: weighting.halfLife }),
  };
  return contentShare === undefined
    ? { algorithm: base, parameters: own }
    : { algorithm: "hybrid", parameters: { base, ...own, content_share: contentShare } };
}

/** Parameters of a description besides those of its algorithms. */
const SpecParameters = z.object({
  /** Algorithm of a hybrid for interactions. */
  base: z.string().optional(),
  /** `valued`, or absent; older reports also contain "all" and "liked". */
  signal: z.string().optional(),
  half_life: z.number().positive().optional(),
  content_share: z.number().min(0).max(1).optional(),
});

/**
 * Returns the specification from its description; undefined if an algorithm no longer exists or its
 * hyperparameters are invalid.
 */
export function parseSpec({ algorithm, parameters }: ModelDescription): ModelSpec | undefined {
  const { success, data } = SpecParameters.safeParse(parameters);
  if (!success) return undefined;
  const { base = algorithm, signal, half_life: halfLife, content_share: contentShare } = data;
  const names = base === "blend" ? algorithmsOfBlend(parameters) : [base];
  const parts = names.flatMap((name) => {
    const part = base === "blend" ? unprefixed(name, parameters) : parameters;
    const configuration = ALGORITHMS.find((known) => known.name === name)?.parse(part);
    const { share = 1 } = base === "blend" ? part : {};
    return configuration && typeof share === "number" ? [{ configuration, share }] : [];
  });
  if (parts.length === 0 || parts.length < names.length) return undefined;
  return {
    parts,
    weighting: {
      signal: signal === "valued" ? signal : EQUAL_WEIGHTING.signal,
      ...(halfLife !== undefined && { halfLife }),
    },
    ...(contentShare !== undefined && { contentShare }),
  };
}

function algorithmsOfBlend(parameters: Parameters): string[] {
  const prefixes = Object.keys(parameters).flatMap((key) => /^(.+?)\./.exec(key)?.[1] ?? []);
  return [...new Set(prefixes)];
}

function unprefixed(name: string, parameters: Parameters): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).filter(([key]) => key.startsWith(`${name}.`))
      .map(([key, value]) => [key.slice(name.length + 1), value]),
  );
}

function prefixed({ algorithm: { name }, parameters }: Configuration, share: number): Parameters {
  return Object.fromEntries(
    Object.entries({ ...parameters, share }).map(([key, value]) => [`${name}.${key}`, value]),
  );
}
