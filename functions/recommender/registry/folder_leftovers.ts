/** Files of the folder registry that no version names, by comparing the blobs with each index. */
import type { BlobEntry, Blobs } from "../blobs/blobs.ts";
import type { Leftover, LeftoverOptions } from "./registry.ts";

/** What the comparison asks of the registry. */
export interface FolderReader {
  blobs: Blobs;
  /** Trainings that a model's index lists; null where there is no index, or another's. */
  indexed(model: string): Promise<Indexed | null>;
  remove(model: string): Promise<void>;
}

interface Indexed {
  /** False where there is no index that says whose the model is. */
  isOurs: boolean;
  trainings: Set<string>;
}

/** The entries under `models/{model}/`. */
interface ModelEntries {
  model: string;
  entries: BlobEntry[];
}

/**
 * As `Registry.leftovers` says. A model whose index cannot be read keeps no other from it.
 * @throws what reading an index threw, at the end.
 */
export async function* folderLeftovers(
  reader: FolderReader,
  { trainings, oursAlone }: LeftoverOptions,
): AsyncGenerator<Leftover> {
  const errors: unknown[] = [];
  for await (const { model, entries } of modelsIn(reader.blobs)) {
    const indexed = await reader.indexed(model).catch((error) => void errors.push(error));
    if (!indexed || !(indexed.isOurs || oursAlone)) continue;
    const latest = (await trainings([model])).get(model);
    if (latest === undefined) {
      const remove = () => indexed.isOurs ? reader.remove(model) : removeAll(reader.blobs, model);
      yield leftover(`models/${model}/`, entries, remove);
      continue;
    }
    if (latest === null) continue;
    yield* ofModel(reader, { model, entries, latest, listed: indexed.trainings });
  }
  if (errors.length > 0) throw errors[0];
}

/** Artifacts of no version, and writes that did not end, of a model whose project is there. */
function* ofModel(
  { blobs, indexed }: FolderReader,
  { model, entries, latest, listed }: ModelEntries & { latest: string; listed: Set<string> },
): Generator<Leftover> {
  const prefix = `models/${model}/artifacts/`;
  const trainingOf = ({ name }: BlobEntry) =>
    name.startsWith(prefix) ? name.slice(prefix.length).split("/")[0] : undefined;
  for (const [training, files] of Map.groupBy(entries, trainingOf)) {
    if (training !== undefined && training !== latest && !listed.has(training)) {
      yield leftover(`${prefix}${training}/`, files, async () => {
        const isListed = (await indexed(model))?.trainings.has(training);
        if (!isListed) await blobs.remove(`${prefix}${training}/`);
      });
      continue;
    }
    for (const { name, handle, ...about } of files) {
      if (handle === undefined) continue;
      yield {
        ...{ name: `${name} (unfinished)`, bytes: about.bytes, since: about.modifiedAt },
        remove: () => blobs.parts.abandon({ name, handle }),
      };
    }
  }
}

/** One left-over of several files, as old as the newest of them. */
function leftover(name: string, files: BlobEntry[], remove: () => Promise<void>): Leftover {
  return {
    name,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    since: new Date(Math.max(...files.map(({ modifiedAt }) => modifiedAt.getTime()))),
    remove,
  };
}

async function removeAll(blobs: Blobs, model: string): Promise<void> {
  await blobs.remove(`models/${model}/`);
}

/** The entries of each model, read model by model; an object store lists unfinished writes after all. */
async function* modelsIn(blobs: Blobs): AsyncGenerator<ModelEntries> {
  let current: ModelEntries | undefined;
  for await (const entry of blobs.entries("models/")) {
    const [, model, ...path] = entry.name.split("/");
    if (path.length === 0) continue;
    if (current && current.model !== model) yield current;
    if (current?.model !== model) current = { model, entries: [] };
    current.entries.push(entry);
  }
  if (current) yield current;
}
