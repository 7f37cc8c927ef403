/**
 * The private files of an artifact: those that say who had what. Where somebody is erased they are
 * written anew under other names, so that no reader meets half of the old and half of the new; the
 * manifest says where each lies.
 */
import type { Manifest } from "./model.ts";

/** The users' ids and histories. */
export const USERS = "data/users.safetensors";
/** Golden answers by user. */
export const GOLDEN_USERS = "data/golden-users.json";

/** The private files of a model by their first names, each with the path where it lies. */
export function privateFiles({ private: named, sha256 }: Manifest): Record<string, string> {
  if (named) return named;
  // An artifact of before there were other names.
  const here = [USERS, GOLDEN_USERS].filter((path) => path in sha256);
  return Object.fromEntries(here.map((path) => [path, path]));
}

/** Where a private file lies, by its first name; undefined where the model has none. */
export function placeOf(manifest: Manifest, name: string): string | undefined {
  return privateFiles(manifest)[name];
}
