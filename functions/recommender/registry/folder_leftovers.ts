/** Finds files of the folder registry that no version refers to: compares blobs and indexes. */
import type { BlobEntry, Blobs } from "../blobs/blobs.ts";
import type { Leftover, LeftoverOptions } from "./registry.ts";

/** Access to the registry that the comparison needs. */
export interface FolderReader {
  blobs: Blobs;
  /** Trainings listed in a model's index; null if the model belongs to another installation. */
  indexed(model: string): Promise<Indexed | null>;
  remove(model: string): Promise<void>;
}

interface Indexed {
  /** False if there is no index, and so no known owner. */
  isOurs: boolean;
  trainings: Set<string>;
}

/** Entries under `models/{model}/`. */
interface ModelEntries {
  model: string;
  entries: BlobEntry[];
}

/**
 * Implements `Registry.leftovers`. A model whose index cannot be read does not stop the others.
 * @throws the first error of reading an index, at the end.
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

/** Yields artifacts without a version and unfinished writes of a model that has a project. */
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

/** Returns a leftover of several files; its age is that of the newest. */
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

/** Groups entries by model. An object store lists unfinished writes after all other entries. */
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
