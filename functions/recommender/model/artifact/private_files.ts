/**
 * Private files of an artifact: those that contain users' histories. Erasing a user writes them
 * under new names, so no reader mixes old and new files; the manifest has the current paths.
 */
import type { Manifest } from "../model.ts";

/** Ids and histories of the users. */
export const USERS = "data/users.safetensors";
/** The rows from which the histories were made. */
export const STATE = "data/state.safetensors";
/** Candidates and later likes of test users, by which a placement's rules are priced. */
export const REHEARSAL = "data/rehearsal.safetensors";
/** Golden answers by user. */
export const GOLDEN_USERS = "data/golden-users.json";

/** Returns the current path of each private file by its original name. */
export function privateFiles({ private: named, sha256 }: Manifest): Record<string, string> {
  if (named) return named;
  // Artifacts written before files could be renamed.
  const present = [USERS, GOLDEN_USERS].filter((path) => path in sha256);
  return Object.fromEntries(present.map((path) => [path, path]));
}

/** Returns the current path of a private file, or undefined if the model has none. */
export function placeOf(manifest: Manifest, name: string): string | undefined {
  return privateFiles(manifest)[name];
}
