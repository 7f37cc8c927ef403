/** Dependencies that are away: told from crashes, and put into words for owners and operator. */
import { BlobsAwayError, BlobsFullError } from "../../functions/recommender/blobs/blobs.ts";
import { RegistryUnavailableError } from "../../functions/recommender/registry/registry.ts";
import { causesOf } from "../housekeeping/causes_of.ts";

/** What trainings need beside their data. MACHINE is the trainer's own, such as its temporary folder. */
export type Dependency = "REGISTRY" | "BLOBS" | "MACHINE";

/** A dependency that is away. */
export interface Missing {
  dependency: Dependency;
  /** The end of a sentence for owners, who learn no address and no path: "the … does not answer". */
  state: string;
  /** For the operator. */
  detail: string;
  /** It answers, and refused what was asked: nothing else may have to wait for it. */
  refused: boolean;
}

/** The dependency that an error speaks of, or null where it is another kind of error. */
export function missingOf(error: unknown): Missing | null {
  const found = (dependency: Dependency, state: string, refused = false) => ({
    ...{ dependency, state, refused },
    detail: causesOf(error),
  });
  if (error instanceof RegistryUnavailableError) {
    return error.name === "MlflowRefusal"
      ? found("REGISTRY", "the model registry refuses what it is asked", true)
      : found("REGISTRY", "the model registry does not answer");
  }
  if (error instanceof BlobsFullError) {
    return found("BLOBS", "there is no room left in the store of files");
  }
  if (error instanceof BlobsAwayError) return found("BLOBS", "the store of files does not answer");
  if (isWithoutRoom(error)) return found("MACHINE", "the trainer's machine has no room left");
  return null;
}

/** What owners read while nothing goes on. */
export function pauseSentence({ state }: Missing): string {
  return `Paused: ${state}. Trainings go on by themselves when that is over.`;
}

/** A disk of the machine itself, or a quota on it, is full. */
function isWithoutRoom(error: unknown): boolean {
  return error instanceof Error &&
    (/^(ENOSPC|EDQUOT)$/.test((error as { code?: string }).code ?? "") ||
      /\(os error (28|122)\)/.test(error.message));
}
