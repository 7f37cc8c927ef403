import type { Blob, Range } from "../blobs/blobs.ts";

/**
 * Store of trained models: named models with numbered versions and aliases, after MLflow's data
 * model. The alias `champion` names the version that serves and is authoritative. Models of another
 * installation are never listed, served, overwritten or removed: each call on one throws a
 * RegistryConflictError. Each call throws a RegistryUnavailableError if the registry cannot be
 * reached.
 */
export interface Registry {
  /** Name for logs and pages: "MLflow at http://…", "the folder registry". */
  readonly description: string;
  /**
   * Stores a training as a new version. Idempotent: a training that is already published returns
   * its version, so a retry publishes nothing twice. The alias does not move.
   * @param as number and creation time of a version copied from another registry. The number must
   * be greater than all existing ones; the time is kept where the registry can.
   * @throws {TypeError} if a name or metric violates the rules of `Training`, or the number is
   * taken.
   */
  publish(training: ToPublish, as?: Pick<Version, "version" | "createdAt">): Promise<Version>;
  /** Returns the names of this installation's models. */
  models(): Promise<string[]>;
  /**
   * Returns a version with everything it was published with; file contents are read lazily.
   * @throws {RegistryMissingError} if the version does not exist.
   */
  exported(model: string, version: string): Promise<ExportedVersion>;
  /** Returns all versions of a model, newest first; empty if the model does not exist. */
  versions(model: string): Promise<Version[]>;
  /** Returns the version an alias points to; null if it is not set or that version is deleted. */
  alias(model: string, alias: Alias): Promise<string | null>;
  /**
   * Points an alias to a version.
   * @throws {RegistryMissingError} if the version does not exist.
   */
  setAlias(model: string, alias: Alias, version: string): Promise<void>;
  /**
   * Compare and swap: points an alias to `to` if it still points to `from`, as `alias` returns it.
   * Returns false otherwise. MLflow has no conditional write: there the alias is read right before.
   * @throws {RegistryMissingError} if the version does not exist.
   */
  moveAlias(
    model: string,
    alias: Alias,
    move: { from: string | null; to: string },
  ): Promise<boolean>;
  /** Removes an alias. Removing a missing alias is not an error. */
  removeAlias(model: string, alias: Alias): Promise<void>;
  /**
   * Opens an artifact file, or a byte range of it: `end` is exclusive, and a range past the end of
   * the file is truncated. The caller must read the stream to its end or cancel it.
   * @throws {RegistryMissingError} if the version or file does not exist.
   */
  open(model: string, version: string, path: string, range?: Range): Promise<Blob>;
  /**
   * Reads a whole artifact file.
   * @throws {RegistryMissingError} if the version or file does not exist.
   */
  read(model: string, version: string, path: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Returns the paths of the files in a folder of a version's artifact, such as "data". */
  files(model: string, version: string, folder: string): Promise<string[]>;
  /**
   * Writes or replaces an artifact file.
   * @throws {RegistryMissingError} if the version does not exist; so do `swap` and `removeFile`.
   */
  write(
    model: string,
    version: string,
    path: string,
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<void>;
  /** Replaces a file if its bytes are still `from`. Returns false, without a change, otherwise. */
  swap(
    model: string,
    version: string,
    path: string,
    bytes: { from: Uint8Array; to: Uint8Array<ArrayBuffer> },
  ): Promise<boolean>;
  /** Deletes an artifact file. Deleting a missing file is not an error. */
  removeFile(model: string, version: string, path: string): Promise<void>;
  /**
   * Deletes a version with its run and artifact. Deleting a missing version is not an error. The
   * number is not reused as long as a newer version exists.
   */
  removeVersion(model: string, version: string): Promise<void>;
  /**
   * Deletes a model with its versions, runs and artifacts. Deleting a missing model is not an
   * error.
   */
  remove(model: string): Promise<void>;
  /**
   * Lists leftovers of interrupted publishes and removals of this installation: artifacts and runs
   * without a version, models without a project. The files of a running publish may be among them;
   * their age distinguishes the two.
   */
  leftovers(options: LeftoverOptions): AsyncIterable<Leftover>;
}

export interface LeftoverOptions {
  /**
   * Returns, for each of `models` that has a project, the id of the project's latest training,
   * which may still publish; null for a project marked for removal, whose files are left alone.
   */
  trainings: (models: string[]) => Promise<Map<string, string | null>>;
  /** Whether data without an installation id belongs to this installation. */
  oursAlone: boolean;
}

/** A stored object that no database row refers to. */
export interface Leftover {
  /** Display name. */
  name: string;
  /** Size in bytes; 0 if the store does not report it. */
  bytes: number;
  /** Time of the last write. */
  since: Date;
  remove(): Promise<void>;
}

/** `champion` serves; `challenger` is a newer version that did not replace it but can. */
export type Alias = "champion" | "challenger";

/** File contents by path. */
export type Files = Record<string, Bytes>;

type Bytes = Uint8Array<ArrayBuffer>;

/** A training to publish; file contents may be loaded lazily. */
export interface ToPublish extends Omit<Training, "files" | "pages"> {
  files: Record<string, FileContent>;
  pages?: Record<string, FileContent>;
}

type FileContent = Bytes | (() => Promise<Bytes>);

/** Returns the bytes of a file, loading them if they are lazy. */
export async function fileBytes(file: FileContent): Promise<Bytes> {
  return typeof file === "function" ? await file() : file;
}

/** A version in the form that `publish` of another registry accepts. */
export interface ExportedVersion extends Pick<Version, "version" | "createdAt"> {
  training: Omit<Training, "files" | "pages">;
  files: OpenFiles;
  /** Files for people, if the registry keeps them separately from the artifact. */
  pages: OpenFiles;
}

/** File openers by path; a file is opened when its function is called. */
export type OpenFiles = Record<string, () => Promise<Blob>>;

/**
 * Points `champion` to a version and removes `challenger`: it has become the champion, or was never
 * compared with the new one.
 * @throws {RegistryMissingError} if the version does not exist.
 */
export async function makeChampion(
  registry: Registry,
  model: string,
  version: string,
): Promise<void> {
  await registry.setAlias(model, "champion", version);
  await registry.removeAlias(model, "challenger");
}

/** A finished training, as published by the trainer. */
export interface Training {
  /** Model name: `project-{id}-recommender`. */
  model: string;
  /** Description of the model in Markdown, updated by each training. */
  about?: string;
  /** Description of this version, for people. */
  description: string;
  /** Id of the training, the same in each retry: letters, digits and `-`. */
  trainingId: string;
  /** Parameters logged on the run: the configuration of the winning model. */
  parameters: Record<string, string | number | boolean>;
  /** Metrics by name, such as `ndcg_10`: letters, digits and `_ - . / :`. Values are finite. */
  metrics: Record<string, number>;
  tags: Record<string, string>;
  /** Files of the artifact. */
  files: Files;
  /** Files for people, the report and its plots: stored next to the artifact's files. */
  pages?: Files;
  /** Training data, for a registry that displays lineage. */
  sources?: Source[];
  /** Evaluated candidates, for a registry that displays them. */
  candidates?: TriedCandidate[];
  startedAt: Date;
}

/** A file that was used for training. */
export interface Source {
  name: string;
  sha256: string;
  /** Name of its blob. */
  path: string;
  /** "content" or "interaction". */
  role: string;
  columns: string[];
  rows: number;
}

/** A candidate of a training. */
export interface TriedCandidate {
  name: string;
  parameters: Record<string, string | number | boolean>;
  metrics: Record<string, number>;
  /** Duration in seconds; absent if the candidate was skipped. */
  seconds?: number;
  /** Reason why it was skipped, as a sentence. */
  skipped?: string;
}

/** A version as listed. */
export interface Version {
  /** Decimal number as text, as in MLflow; starts at 1. */
  version: string;
  trainingId: string;
  createdAt: Date;
  metrics: Record<string, number>;
  tags: Record<string, string>;
}

/** The model belongs to another installation. The message is for the operator. */
export class RegistryConflictError extends Error {
  override name = "RegistryConflictError";
  /** Message for the project's owner; reveals nothing about other installations. */
  readonly forOwner =
    "The model registry contains a model of this name that belongs to another owner, so the " +
    "project's model cannot be stored or served there: contact the operator of this installation.";
  constructor(model: string, owner: string | undefined) {
    super(
      `This installation uses only its own models, but the registry's ${model} belongs to ` +
        `${owner ? `the installation ${owner}` : "another application than AiREC"}.`,
    );
  }
}

/** The requested version number is not greater than the existing ones. */
export class NumberTakenError extends TypeError {
  override name = "NumberTakenError";
  constructor(model: string, version: string) {
    super(
      `A version's number must be greater than all others of its model, and ${model} already ` +
        `has ${version} or a greater one.`,
    );
  }
}

/** A version or file that does not exist. */
export class RegistryMissingError extends Error {
  override name = "RegistryMissingError";
  constructor(model: string, version: string, path?: string) {
    super(`The registry has no ${path ? `file ${path} in ` : ""}version ${version} of ${model}.`);
  }
}

/** The registry does not respond, or not as expected. A retry may succeed. */
export class RegistryUnavailableError extends Error {
  override name = "RegistryUnavailableError";
}

/**
 * Checks a training against the rules of all registries, which would otherwise change what they
 * store.
 * @throws {TypeError} that names the field.
 */
export function checkTraining(training: ToPublish): void {
  const { trainingId, files, candidates = [] } = training;
  if (!/^[A-Za-z0-9-]{1,100}$/.test(trainingId)) {
    throw new TypeError(
      `A training's id consists of letters, digits and -; ${trainingId} does not.`,
    );
  }
  const metrics = [training, ...candidates].flatMap(({ metrics }) => Object.entries(metrics));
  for (const [name, value] of metrics) {
    if (!/^[\w.:/ -]+$/.test(name)) {
      throw new TypeError(
        `A metric's name consists of letters, digits and _ - . / :, ${name} does not.`,
      );
    }
    if (!Number.isFinite(value)) throw new TypeError(`The metric ${name} is ${value}, not finite.`);
  }
  if (Object.keys(files).length === 0) {
    throw new TypeError("A training to publish must have files.");
  }
}
