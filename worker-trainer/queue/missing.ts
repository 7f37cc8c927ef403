/** Unavailable dependencies: detected from errors, and described for owners and operators. */
import { BlobsAwayError, BlobsFullError } from "../../functions/recommender/blobs/blobs.ts";
import { RegistryUnavailableError } from "../../functions/recommender/registry/registry.ts";
import { causesOf } from "../runtime/causes_of.ts";

/** Services that trainings need. MACHINE is the trainer's own, such as its temporary folder. */
export type Dependency = "REGISTRY" | "BLOBS" | "MACHINE";

/** An unavailable dependency. */
export interface Missing {
  dependency: Dependency;
  /** The end of a sentence for owners, without addresses or paths: "the … does not answer". */
  state: string;
  /** For the operator. */
  detail: string;
  /** Whether it responded and refused the request: then other trainings need not wait for it. */
  refused: boolean;
}

/** Returns the dependency that caused an error, or null for other errors. */
export function missingOf(error: unknown): Missing | null {
  const found = (dependency: Dependency, state: string, refused = false) => ({
    ...{ dependency, state, refused },
    detail: causesOf(error),
  });
  if (error instanceof RegistryUnavailableError) {
    return error.name === "MlflowRefusal"
      ? found("REGISTRY", "the model registry refuses the request", true)
      : found("REGISTRY", "the model registry does not respond");
  }
  if (error instanceof BlobsFullError) {
    return found("BLOBS", "the file storage is full");
  }
  if (error instanceof BlobsAwayError) return found("BLOBS", "the file storage does not respond");
  if (isWithoutRoom(error)) return found("MACHINE", "the trainer's machine has no disk space left");
  return null;
}

/** Returns the sentence owners read while trainings are paused. */
export function pauseSentence({ state }: Missing): string {
  return `Paused: ${state}. Trainings continue automatically when this is resolved.`;
}

/** Returns whether an error means that a local disk, or a quota on it, is full. */
function isWithoutRoom(error: unknown): boolean {
  return error instanceof Error &&
    (/^(ENOSPC|EDQUOT)$/.test((error as { code?: string }).code ?? "") ||
      /\(os error (28|122)\)/.test(error.message));
}
