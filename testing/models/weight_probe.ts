/** A model whose scores are the weights of the history, in every reader. */
import {
  encodeModel,
  loadModel,
  loadUserRows,
} from "../../functions/recommender/model/artifact/artifact.ts";
import type { Reading } from "../../functions/recommender/model/history/reading.ts";
import { stringAt, stringTable } from "../../functions/recommender/model/string_table.ts";

/** Prefix of the ids that are added. */
const PROBE = "weight of ";

type Files = Record<string, Uint8Array<ArrayBuffer>>;

/**
 * Returns a trained model's files with an added item `weight of X` for each item X, which has as its
 * score the weight of X in the history. Users and their rows stay, under another reading, and up to
 * another number of live events.
 */
export async function weightProbe(
  files: Files,
  { reading, learned_to }: { reading: Reading; learned_to: number },
): Promise<Files> {
  const read = (path: string) => Promise.resolve(files[path]);
  const model = await loadModel(read);
  const { manifest, items: { ids, popularity } } = model;
  const own = Array.from({ length: manifest.items }, (_, item) => stringAt(ids, item));
  const all = stringTable([...own, ...own.map((id) => PROBE + id)]);
  const ones = own.map(() => 1);
  return await encodeModel({
    manifest: {
      ...{ ...manifest, reading, learned_to },
      items: 2 * own.length,
      model_type: "COLLABORATIVE",
    },
    items: {
      ids: all,
      titles: all,
      popularity: Uint32Array.of(...popularity, ...own.map(() => 0)),
      popularOrder: Uint32Array.from({ length: 2 * own.length }, (_, item) => item),
    },
    weights: {
      offsets: Uint32Array.from(
        { length: 2 * own.length + 1 },
        (_, item) => Math.min(item, own.length),
      ),
      columns: Uint32Array.from(own, (_, item) => own.length + item),
      values: Float32Array.from(ones),
    },
    users: model.users,
    userRows: await loadUserRows(manifest, read),
  });
}

/** Returns the weights of the items in a history, from a complete list of a probe's answer. */
export function probedWeights(
  list: readonly { item_id: string; score: number }[],
): Record<string, number> {
  const listed = new Set(list.map(({ item_id }) => item_id));
  const probes = list.filter(({ item_id }) => item_id.startsWith(PROBE))
    .map(({ item_id, score }) => [item_id.slice(PROBE.length), score] as const);
  // Items of a history are left out of the list.
  return Object.fromEntries(probes.filter(([item]) => !listed.has(item)).sort());
}
