import type { Blob, Range } from "../blobs/blobs.ts";

/**
 * Where trained models live: named models with numbered versions and aliases, after MLflow's model.
 * The alias `champion` says which version serves, and is the truth of it. A model of another
 * installation is never listed, served, overwritten or removed: each call throws a
 * RegistryConflictError. Each call throws a RegistryUnavailableError where the registry is away.
 */
export interface Registry {
  /** What the registry is, for people: "MLflow at http://…", "the local folder". */
  readonly description: string;
  /**
   * Stores a training as a new version. A training that is there already gives its version again,
   * so a retry publishes nothing twice. The alias does not move.
   * @param as of a version that comes from elsewhere: its number, which must be above all that are
   * here, and its time, where the registry can keep one.
   * @throws {TypeError} when a name or metric is not as `Training` says, or the number is taken.
   */
  publish(training: ToPublish, as?: Pick<Version, "version" | "createdAt">): Promise<Version>;
  /** Names of this installation's models. */
  models(): Promise<string[]>;
  /**
   * A version with all that it was published with, its files unread.
   * @throws {RegistryMissingError} where the version is unknown.
   */
  exported(model: string, version: string): Promise<ExportedVersion>;
  /** All versions of a model, newest first; none where the model is unknown. */
  versions(model: string): Promise<Version[]>;
  /** The version number an alias points to; null where it points to none, or to one that is gone. */
  alias(model: string, alias: Alias): Promise<string | null>;
  /**
   * Points an alias to a version.
   * @throws {RegistryMissingError} where the version is unknown.
   */
  setAlias(model: string, alias: Alias, version: string): Promise<void>;
  /**
   * Points an alias to another version if it still points to `from`, as `alias` returns it; false
   * if it does not. MLflow cannot compare: there it is read right before.
   * @throws {RegistryMissingError} where the version is unknown.
   */
  moveAlias(
    model: string,
    alias: Alias,
    move: { from: string | null; to: string },
  ): Promise<boolean>;
  /** Takes an alias away. Taking away what is not there is fine. */
  removeAlias(model: string, alias: Alias): Promise<void>;
  /**
   * Opens a file of a version's artifact by its path, or a part of it as bytes: `end` is exclusive,
   * and a range beyond the end is cut. The stream is to be read to its end or cancelled.
   * @throws {RegistryMissingError} where version or file is unknown.
   */
  open(model: string, version: string, path: string, range?: Range): Promise<Blob>;
  /**
   * Reads a whole file as `open` opens it.
   * @throws {RegistryMissingError} where version or file is unknown.
   */
  read(model: string, version: string, path: string): Promise<Uint8Array<ArrayBuffer>>;
  /** The paths of the files in a folder of a version's artifact, such as "data". */
  files(model: string, version: string, folder: string): Promise<string[]>;
  /**
   * Stores a file of a version's artifact, or replaces it.
   * @throws {RegistryMissingError} where the version is unknown; so do `swap` and `removeFile`.
   */
  write(
    model: string,
    version: string,
    path: string,
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<void>;
  /** Replaces a file whose bytes are still `from`. False, and nothing is changed, where they are not. */
  swap(
    model: string,
    version: string,
    path: string,
    bytes: { from: Uint8Array; to: Uint8Array<ArrayBuffer> },
  ): Promise<boolean>;
  /** Removes a file of a version's artifact. Removing what is not there is fine. */
  removeFile(model: string, version: string, path: string): Promise<void>;
  /**
   * Removes a version with its run and artifact. Removing what is not there is fine; the number is
   * not given again as long as a newer version is there.
   */
  removeVersion(model: string, version: string): Promise<void>;
  /** Removes a model with its versions, runs and artifacts. Removing what is not there is fine. */
  remove(model: string): Promise<void>;
  /**
   * Lists what publishes and removals that were cut off have left of this installation's models:
   * artifacts and runs of no version, models of no project. What a publish that runs has stored so
   * far may be among it: its age tells the two apart.
   */
  leftovers(options: LeftoverOptions): AsyncIterable<Leftover>;
}

export interface LeftoverOptions {
  /**
   * Returns, for those of the models that a project has, the id of the project's latest training,
   * which may still publish; null for one whose removal is noted, which is left alone.
   */
  trainings: (models: string[]) => Promise<Map<string, string | null>>;
  /** Whether what says of no installation that it is theirs is this one's. */
  oursAlone: boolean;
}

/** Something in a store that no row names. */
export interface Leftover {
  /** For people. */
  name: string;
  /** 0 where the store does not say. */
  bytes: number;
  /** When it was last written to. */
  since: Date;
  remove(): Promise<void>;
}

/** `champion` serves; `challenger` is a newer version that was refused its place, and could have it. */
export type Alias = "champion" | "challenger";

/** Files by path. */
export type Files = Record<string, Bytes>;

type Bytes = Uint8Array<ArrayBuffer>;

/** A training whose files may be read when it is their turn. */
export interface ToPublish extends Omit<Training, "files" | "pages"> {
  files: Record<string, FileContent>;
  pages?: Record<string, FileContent>;
}

type FileContent = Bytes | (() => Promise<Bytes>);

/** The bytes of one of the files. */
export async function fileBytes(file: FileContent): Promise<Bytes> {
  return typeof file === "function" ? await file() : file;
}

/** A version as `publish` takes it elsewhere. */
export interface ExportedVersion extends Pick<Version, "version" | "createdAt"> {
  training: Omit<Training, "files" | "pages">;
  files: OpenFiles;
  /** Those for people, where the registry keeps them apart. */
  pages: OpenFiles;
}

/** Files by path, each opened when it is asked for. */
export type OpenFiles = Record<string, () => Promise<Blob>>;

/**
 * Points `champion` to a version. There is no challenger then: what challenged the old champion has
 * won, or was not compared with the new one.
 * @throws {RegistryMissingError} where the version is unknown.
 */
export async function makeChampion(
  registry: Registry,
  model: string,
  version: string,
): Promise<void> {
  await registry.setAlias(model, "champion", version);
  await registry.removeAlias(model, "challenger");
}

/** What the trainer publishes. */
export interface Training {
  /** `project-{id}-recommender`. */
  model: string;
  /** What the model is for, in Markdown: its description, brought up to date by each training. */
  about?: string;
  /** Of this version, for people. */
  description: string;
  /** One per training, the same in each retry: letters, digits and `-`. */
  trainingId: string;
  /** Written beside the run: the winning recipe. */
  parameters: Record<string, string | number | boolean>;
  /** Names take letters, digits and `_ - . / :`, so `ndcg_10`; values are finite. */
  metrics: Record<string, number>;
  tags: Record<string, string>;
  /** The artifact's files. */
  files: Files;
  /** Files for people, the report and its plots: kept beside those of the artifact. */
  pages?: Files;
  /** What was learned from, for a registry that shows it. */
  sources?: Source[];
  /** What was tried on the way, likewise. */
  candidates?: TriedCandidate[];
  startedAt: Date;
}

/** A file that a training learned from. */
export interface Source {
  name: string;
  sha256: string;
  /** Where it lies among the blobs. */
  path: string;
  /** "content" or "interaction". */
  role: string;
  columns: string[];
  rows: number;
}

/** What a training tried. */
export interface TriedCandidate {
  name: string;
  parameters: Record<string, string | number | boolean>;
  metrics: Record<string, number>;
  /** How long it took; absent where it was left out. */
  seconds?: number;
  /** Why it was left out, in a sentence. */
  skipped?: string;
}

/** A version as it can be listed. */
export interface Version {
  /** A number as text, as MLflow has it; counts from 1. */
  version: string;
  trainingId: string;
  createdAt: Date;
  metrics: Record<string, number>;
  tags: Record<string, string>;
}

/** The model's name is taken by another installation. The message is for the operator. */
export class RegistryConflictError extends Error {
  override name = "RegistryConflictError";
  /** For the project's owner, who learns nothing of other installations. */
  readonly forOwner = "The model registry keeps a model of this name for somebody else, so the " +
    "project's own cannot be kept or served there: tell whoever runs this installation.";
  constructor(model: string, owner: string | undefined) {
    super(
      `This installation uses only models of its own, but the registry's ${model} belongs to ` +
        `${owner ? `the installation ${owner}` : "something that is no installation of AiREC"}.`,
    );
  }
}

/** A version's number that is another's, or below one that is. */
export class NumberTakenError extends TypeError {
  override name = "NumberTakenError";
  constructor(model: string, version: string) {
    super(
      `A version takes a number above all others of its model, and ${model} has one of ${version} ` +
        `or more already.`,
    );
  }
}

/** A version or file that is not there. */
export class RegistryMissingError extends Error {
  override name = "RegistryMissingError";
  constructor(model: string, version: string, path?: string) {
    super(`The registry has no ${path ? `file ${path} in ` : ""}version ${version} of ${model}.`);
  }
}

/** The registry does not answer, or not as it should; a later try may go through. */
export class RegistryUnavailableError extends Error {
  override name = "RegistryUnavailableError";
}

/**
 * Refuses what one of the registries would store otherwise than it is.
 * @throws {TypeError} that names the field.
 */
export function checkTraining(training: ToPublish): void {
  const { trainingId, files, candidates = [] } = training;
  if (!/^[A-Za-z0-9-]{1,100}$/.test(trainingId)) {
    throw new TypeError(`A training's id is letters, digits and -; ${trainingId} is not.`);
  }
  const metrics = [training, ...candidates].flatMap(({ metrics }) => Object.entries(metrics));
  for (const [name, value] of metrics) {
    if (!/^[\w.:/ -]+$/.test(name)) {
      throw new TypeError(`A metric's name is letters, digits and _ - . / :, ${name} is not.`);
    }
    if (!Number.isFinite(value)) throw new TypeError(`The metric ${name} is ${value}, not finite.`);
  }
  if (Object.keys(files).length === 0) throw new TypeError("A training to publish has files.");
}
