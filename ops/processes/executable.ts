/** Executables on this machine: by an environment variable or on the PATH. */
import { existsSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Returns the first of the executables found on the PATH, or null. */
export function onPath(...executables: string[]): string | null {
  const folders = (Deno.env.get("PATH") ?? "").split(delimiter).filter(Boolean);
  const suffixes = Deno.build.os === "windows" ? [".exe", ".cmd"] : [""];
  for (const executable of executables) {
    for (const folder of folders) {
      for (const suffix of suffixes) {
        const path = join(folder, executable + suffix);
        if (existsSync(path) && statSync(path).isFile()) return path;
      }
    }
  }
  return null;
}

/**
 * Returns the path that an environment variable names, or null if it is not set.
 * @throws {Error} if nothing exists there
 */
export function namedPath(variable: string): string | null {
  const path = Deno.env.get(variable);
  if (!path) return null;
  if (!existsSync(path)) throw new Error(`${variable} is ${path}, which does not exist.`);
  return path;
}
