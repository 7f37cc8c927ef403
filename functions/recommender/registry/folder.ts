/**
 * Registry without a server: artifacts, one index per model and one file per alias, stored as
 * blobs.
 *
 *     models/project-7-recommender/index.json              its versions and its installation
 *     models/project-7-recommender/aliases/champion        "3"
 *     models/project-7-recommender/artifacts/<training>/…  the artifact, as published
 *
 * The index is written before a model's first file and names the installation. A version is added
 * to it last, in one write: it is listed and readable only when all of its files exist. The index
 * is changed by compare and swap, so concurrent publishes and removals never undo each other,
 * however long one of them pauses.
 */
import type { Blobs } from "../blobs/blobs.ts";
import { wholeOf } from "../blobs/whole.ts";
import { folderLeftovers } from "./folder_leftovers.ts";
import {
  checkTraining,
  fileBytes,
  NumberTakenError,
  type OpenFiles,
  type Registry,
  RegistryConflictError,
  RegistryMissingError,
  RegistryUnavailableError,
  type Version,
} from "./registry.ts";
import { sameBytes } from "./same_bytes.ts";

/** `index.json`. Versions are oldest first. */
interface Index {
  installation: string;
  versions: IndexedVersion[];
}

interface IndexedVersion extends Omit<Version, "createdAt"> {
  createdAt: string;
  startedAt: string;
  description: string;
  parameters: Record<string, string | number | boolean>;
}

/**
 * Opens blobs as a registry.
 * @param options.installation this installation's id; models of another installation are refused.
 */
export function folderRegistry(
  blobs: Blobs,
  { installation }: { installation: string },
): Registry {
  /** Training ids by model and version, from the indexes read so far. */
  const trainings = new Map<string, string>();

  /** Reads the index, with the tag to replace it by. */
  const readIndex = async (model: string): Promise<{ index: Index; tag: string | null }> => {
    const found = await blobs.read(indexPath(model));
    if (!found) return { index: { installation, versions: [] }, tag: null };
    const index: Index = JSON.parse(new TextDecoder().decode(found.bytes));
    if (index.installation !== installation) {
      throw new RegistryConflictError(model, index.installation);
    }
    for (const { version, trainingId } of index.versions) {
      trainings.set(`${model} ${version}`, trainingId);
    }
    return { index, tag: found.tag };
  };
  const indexOf = async (model: string) => (await readIndex(model)).index;
  /** Returns the index, created if missing, so that later writes go to a model known to be ours. */
  const claimedIndex = async (model: string): Promise<Index> => {
    const { index, tag } = await readIndex(model);
    if (tag !== null || await blobs.swap(indexPath(model), encoded(index), null)) return index;
    return await indexOf(model);
  };
  const versionOf = async (model: string, version: string): Promise<IndexedVersion> => {
    const found = (await indexOf(model)).versions.find((v) => v.version === version);
    if (!found) throw new RegistryMissingError(model, version);
    return found;
  };

  /**
   * Applies `change` to the versions and returns the result; repeats it if another writer was
   * first.
   */
  const changeIndex = async (
    model: string,
    change: (versions: IndexedVersion[]) => IndexedVersion[],
  ): Promise<IndexedVersion[]> => {
    for (;;) {
      const { index, tag } = await readIndex(model);
      const versions = change(index.versions);
      if (versions === index.versions) return versions;
      const bytes = encoded({ installation, versions });
      if (await blobs.swap(indexPath(model), bytes, tag)) return versions;
    }
  };

  const open: Registry["open"] = (model, version, path, range) =>
    reachable(async () => {
      const blobOf = (training: string) => blobs.get(artifactOf(model, training) + path, range);
      const known = trainings.get(`${model} ${version}`);
      // If the artifact is deleted, the number may belong to another training by now.
      const blob = known !== undefined && await blobOf(known) ||
        await blobOf((await versionOf(model, version)).trainingId);
      if (!blob) throw new RegistryMissingError(model, version, path);
      return blob;
    });

  const remove: Registry["remove"] = (model) =>
    reachable(async () => {
      await indexOf(model);
      // Aliases first: an interrupted removal leaves nothing that could be served. Index last:
      // until then it names the owner of the rest.
      for (const part of ["aliases/", "artifacts/", ""]) {
        await blobs.remove(`models/${model}/${part}`);
      }
    });

  return {
    description: "the folder registry",

    publish: (training, as) =>
      reachable(async () => {
        checkTraining(training);
        const { model, trainingId, description, parameters, metrics, tags, startedAt } = training;
        const ofTraining = (v: IndexedVersion) => v.trainingId === trainingId;
        const published = (await claimedIndex(model)).versions.find(ofTraining);
        if (published) return listed(published);
        for (const [path, file] of Object.entries({ ...training.pages, ...training.files })) {
          await blobs.put(`${artifactOf(model, trainingId)}${path}`, await fileBytes(file));
        }
        const entry = {
          trainingId,
          createdAt: (as?.createdAt ?? new Date()).toISOString(),
          startedAt: startedAt.toISOString(),
          description,
          parameters,
          metrics,
          tags,
        };
        const versions = await changeIndex(model, (versions) => {
          if (versions.some(ofTraining)) return versions;
          const last = Number(versions.at(-1)?.version ?? 0);
          if (as && Number(as.version) <= last) throw new NumberTakenError(model, as.version);
          const version = as?.version ?? String(1 + last);
          return [...versions, { version, ...entry }];
        });
        return listed(versions.find(ofTraining)!);
      }),

    models: () =>
      reachable(async () => {
        const indices = (await blobs.list("models/")).filter((name) => INDEX.test(name));
        const models = indices.map((name) => INDEX.exec(name)![1]);
        const isOurs = async (model: string) => {
          const found = await blobs.read(`models/${model}/index.json`);
          return found && JSON.parse(new TextDecoder().decode(found.bytes)).installation ===
              installation;
        };
        const ours = await Promise.all(models.map(isOurs));
        return models.filter((_, i) => ours[i]);
      }),

    exported: (model, version) =>
      reachable(async () => {
        const { createdAt, startedAt, version: _, ...training } = await versionOf(model, version);
        const folder = artifactOf(model, training.trainingId);
        const files: OpenFiles = {};
        for (const name of await blobs.list(folder)) {
          const path = name.slice(folder.length);
          files[path] = () => open(model, version, path);
        }
        return {
          version,
          createdAt: new Date(createdAt),
          training: { model, ...training, startedAt: new Date(startedAt) },
          files,
          pages: {},
        };
      }),

    versions: (model) =>
      reachable(async () => (await indexOf(model)).versions.map(listed).reverse()),

    alias: (model, alias) =>
      reachable(async () => {
        const pointer = await textOf(blobs, `models/${model}/aliases/${alias}`);
        if (pointer === null) return null;
        const { versions } = await indexOf(model);
        return versions.find(({ version }) => version === pointer)?.version ?? null;
      }),

    setAlias: (model, alias, version) =>
      reachable(async () => {
        await versionOf(model, version);
        const pointer = new TextEncoder().encode(version);
        await blobs.put(`models/${model}/aliases/${alias}`, pointer);
      }),

    moveAlias: (model, alias, { from, to }) =>
      reachable(async () => {
        await versionOf(model, to);
        const path = `models/${model}/aliases/${alias}`;
        const found = await blobs.read(path);
        const pointer = found && new TextDecoder().decode(found.bytes);
        const { versions } = await indexOf(model);
        const present = versions.find(({ version }) => version === pointer)?.version ?? null;
        if (present !== from) return false;
        return await blobs.swap(path, new TextEncoder().encode(to), found?.tag ?? null);
      }),

    removeAlias: (model, alias) =>
      reachable(async () => {
        await indexOf(model);
        await blobs.remove(`models/${model}/aliases/${alias}`);
      }),

    open,

    read: (model, version, path) =>
      reachable(async () => await wholeOf(await open(model, version, path))),

    files: (model, version, folder) =>
      reachable(async () => {
        const artifact = artifactOf(model, (await versionOf(model, version)).trainingId);
        const names = await blobs.list(`${artifact}${folder}/`);
        return names.map((name) => name.slice(artifact.length));
      }),

    write: (model, version, path, bytes) =>
      reachable(async () => {
        const { trainingId } = await versionOf(model, version);
        await blobs.put(artifactOf(model, trainingId) + path, bytes);
      }),

    swap: (model, version, path, { from, to }) =>
      reachable(async () => {
        const name = artifactOf(model, (await versionOf(model, version)).trainingId) + path;
        const found = await blobs.read(name);
        if (!found || !sameBytes(found.bytes, from)) return false;
        return await blobs.swap(name, to, found.tag);
      }),

    removeFile: (model, version, path) =>
      reachable(async () => {
        const { trainingId } = await versionOf(model, version);
        await blobs.remove(artifactOf(model, trainingId) + path);
      }),

    removeVersion: (model, version) =>
      reachable(async () => {
        const index = await indexOf(model);
        const found = index.versions.find((v) => v.version === version);
        if (!found) return;
        // Artifact first: a version whose removal was interrupted is still listed and can be
        // removed again.
        await blobs.remove(artifactOf(model, found.trainingId));
        const { trainingId } = found;
        await changeIndex(model, (versions) => {
          const others = versions.filter((v) => v.trainingId !== trainingId);
          return others.length < versions.length ? others : versions;
        });
      }),

    remove,

    leftovers: (options) =>
      folderLeftovers({
        ...{ blobs, remove },
        async indexed(model) {
          const read = await readIndex(model).catch(unlessConflict);
          if (!read) return null;
          const ids = read.index.versions.map(({ trainingId }) => trainingId);
          return { isOurs: read.tag !== null, trainings: new Set(ids) };
        },
      }, options),
  };
}

const INDEX = /^models\/([^/]+)\/index\.json$/;

const indexPath = (model: string) => `models/${model}/index.json`;

function encoded(index: Index): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(index, null, 2) + "\n");
}

const artifactOf = (model: string, trainingId: string) =>
  `models/${model}/artifacts/${trainingId}/`;

function listed({ version, trainingId, createdAt, metrics, tags }: IndexedVersion): Version {
  return { version, trainingId, createdAt: new Date(createdAt), metrics, tags };
}

async function textOf(blobs: Blobs, name: string): Promise<string | null> {
  const blob = await blobs.get(name);
  return blob && await new Response(blob.stream).text();
}

/** Returns null for a model of another installation; rethrows all other errors. */
function unlessConflict(error: unknown): null {
  if (error instanceof RegistryConflictError) return null;
  throw error;
}

/** Maps errors of the blob store (missing volume, permissions) to RegistryUnavailableError. */
async function reachable<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const known = [RegistryConflictError, RegistryMissingError, TypeError];
    if (known.some((type) => error instanceof type)) throw error;
    if ((error as Error).name === "BlobsFullError") throw error;
    throw new RegistryUnavailableError(
      "The folder registry cannot be read or written at the moment.",
      {
        cause: error,
      },
    );
  }
}
