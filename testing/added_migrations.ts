import { basename } from "@std/path";
import { git } from "./earlier_version.ts";

/** A commit that added migrations. */
export interface AddedMigrations {
  commit: string;
  /** File names of the migrations in it. */
  names: string[];
}

/** Returns the commits since an earlier one that added migrations, oldest first. */
export function addedMigrations(since: string): AddedMigrations[] {
  const added = changed(since, ["--diff-filter=A", "--format=commit %H", "--name-only"]);
  return added.split(/^commit /m).filter(Boolean).map((part) => {
    const [commit, ...paths] = part.trim().split(/\n+/);
    return { commit, names: paths.map((path) => basename(path)) };
  });
}

/** Returns the current file name of a migration by a name that it has had since a commit. */
export function currentNames(since: string): (name: string) => string {
  const renamed = new Map<string, string>();
  const renames = changed(since, ["--diff-filter=R", "--format=", "--name-status"]);
  for (const line of renames.split("\n").filter(Boolean)) {
    const [, from, to] = line.split("\t").map((path) => basename(path));
    renamed.set(from, to);
  }
  return function current(name): string {
    const next = renamed.get(name);
    return next === undefined ? name : current(next);
  };
}

/** Returns git's list of changed migrations since a commit, oldest first. */
function changed(since: string, options: string[]): string {
  const { success, text } = git(
    ...["log", "--reverse", "--topo-order", ...options],
    ...[`${since}..HEAD`, "--", ":(glob)migrations/*.sql"],
  );
  if (!success) throw new Error(`git log ${since}..HEAD: ${text}`);
  return text;
}
