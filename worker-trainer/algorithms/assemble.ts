import { fadeOf } from "../../functions/recommender/model/history/reading.ts";
import type { Model, SparseRows, UserRows } from "../../functions/recommender/model/model.ts";
import { stringTable } from "../../functions/recommender/model/string_table.ts";
import type { Manifest } from "../../functions/recommender/model/model.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { filterColumns } from "../content/filter_columns.ts";
import { popularOrder } from "./popularity.ts";
import { EQUAL_WEIGHTING, type HistoryWeighting } from "./training_set.ts";

/** The fitted parts of a model. */
export interface Fitted {
  weights: SparseRows;
  similar?: SparseRows;
  /** Number of users who liked each item. */
  popularity: Uint32Array;
  /** The history of each user, oldest first, with weights; absent without users. */
  histories?: SparseRows;
}

/** Returns the model that is stored and served. */
export function assembleModel(
  { items, users, rows, liking, eventWeights, learnedTo = 0, learnedItems = 0, fingerprint }:
    Dataset,
  fitted: Fitted,
  { weighting: { signal, halfLife } = EQUAL_WEIGHTING, ...manifest }:
    & Pick<Manifest, "model_type" | "algorithm" | "parameters" | "gamma">
    & { weighting?: HistoryWeighting },
): Model {
  const { weights, similar, popularity, histories } = fitted;
  const described = items.columns?.length ? filterColumns(items.columns) : undefined;
  return {
    manifest: {
      format: "airec-model",
      format_version: 3,
      ...manifest,
      dataset_fingerprint: fingerprint,
      items: items.ids.length,
      users: histories ? users.length : 0,
      interactions: histories ? histories.columns.length : 0,
      reading: {
        liking,
        signal,
        ...(halfLife !== undefined && { fade: fadeOf(halfLife) }),
        event_weights: eventWeights,
      },
      learned_to: learnedTo,
      learned_items: learnedItems,
      ...described?.manifest,
      sha256: {},
    },
    items: {
      ids: stringTable(items.ids),
      titles: stringTable(items.titles, (a, b) => popularity[b] - popularity[a] || a - b),
      popularity,
      popularOrder: popularOrder(popularity),
      ...(rows?.times && { firstSeen: firstTimes(rows, items.ids.length) }),
    },
    weights,
    similar,
    users: histories && { ids: stringTable(users), histories },
    userRows: histories && rows,
    columns: described?.columns,
  };
}

/** Returns the time of each item's first row in seconds since 1970, NaN if it has none. */
function firstTimes({ items, times }: UserRows, count: number): Float64Array {
  const first = new Float64Array(count).fill(NaN);
  items.forEach((item, row) => {
    const time = times![row];
    if (time < first[item] || Number.isNaN(first[item])) first[item] = time;
  });
  return first;
}

const NOTHING = stringTable([]);

/** Returns a model for `rank` and `evaluate`, without strings, which the search does not need. */
export function rankableModel({ weights, similar, popularity, histories }: Fitted): Model {
  return {
    manifest: {
      format: "airec-model",
      format_version: 1,
      model_type: "COLLABORATIVE",
      algorithm: "",
      parameters: {},
      gamma: 0.5,
      dataset_fingerprint: "",
      items: popularity.length,
      users: histories ? histories.offsets.length - 1 : 0,
      interactions: histories ? histories.columns.length : 0,
      sha256: {},
    },
    items: { ids: NOTHING, titles: NOTHING, popularity, popularOrder: popularOrder(popularity) },
    weights,
    similar,
    users: histories && { ids: NOTHING, histories },
  };
}
