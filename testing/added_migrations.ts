import { basename } from "@std/path";
import { git } from "./earlier_version.ts";

/** A commit that added migrations. */
export interface AddedMigrations {
  commit: string;
  /** File names of the migrations. */
  names: string[];
}

/** Returns the commits since an earlier one that added migrations, oldest first. */
export function addedMigrations(since: string): AddedMigrations[] {
  const { success, text } = git(
    ...["log", "--reverse", "--topo-order", "--diff-filter=A", "--format=commit %H"],
    ...["--name-only", `${since}..HEAD`, "--", ":(glob)migrations/*.sql"],
  );
  if (!success) throw new Error(`git log ${since}..HEAD: ${text}`);
  return text.split(/^commit /m).filter(Boolean).map((part) => {
    const [commit, ...paths] = part.trim().split(/\n+/);
    return { commit, names: paths.map((path) => basename(path)) };
  });
}
