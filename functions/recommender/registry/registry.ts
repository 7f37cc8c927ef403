/**
 * Where trained models live: named models with numbered versions and aliases, after MLflow's model.
 * The alias `champion` says which version serves, and is the truth of it.
 */
export interface Registry {
  /** What the registry is, for people: "MLflow at http://…", "the local folder". */
  readonly description: string;
  /**
   * Stores a training as a new version. A training that is there already gives its version again,
   * so a retry publishes nothing twice. The alias does not move.
   * @throws {RegistryConflictError} when the model belongs to another installation.
   */
  publish(training: Training): Promise<Version>;
  /** All versions of a model, newest first; none where the model is unknown. */
  versions(model: string): Promise<Version[]>;
  /** The version number an alias points to, or null. */
  alias(model: string, alias: Alias): Promise<string | null>;
  /** Points an alias to a version. */
  setAlias(model: string, alias: Alias, version: string): Promise<void>;
  /**
   * Opens a file of a version's artifact by its path.
   * @throws {RegistryMissingError} where version or file is unknown.
   */
  read(model: string, version: string, path: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Removes a model with its versions, runs and artifacts. Removing what is not there is fine. */
  remove(model: string): Promise<void>;
}

export type Alias = "champion" | "challenger";

/** What the trainer publishes. */
export interface Training {
  /** `project-{id}-recommender`. */
  model: string;
  /** Of the project, for people. */
  description: string;
  /** One per training, the same in each retry. */
  trainingId: string;
  /** Written beside the run: the winning recipe. */
  parameters: Record<string, string | number | boolean>;
  /** Names take letters, digits and `_ - . / :`, so `ndcg_10`; values are finite. */
  metrics: Record<string, number>;
  tags: Record<string, string>;
  /** The artifact's files by path. */
  files: Record<string, Uint8Array<ArrayBuffer>>;
  startedAt: Date;
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

/** The model's name is taken by another installation. */
export class RegistryConflictError extends Error {
  override name = "RegistryConflictError";
}

/** A version or file that is not there. */
export class RegistryMissingError extends Error {
  override name = "RegistryMissingError";
}

/** The registry does not answer, or not as it should; a later try may go through. */
export class RegistryUnavailableError extends Error {
  override name = "RegistryUnavailableError";
}
