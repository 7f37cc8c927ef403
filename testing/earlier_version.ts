/** Checks out an earlier version of this repository into a folder. */
import { fromFileUrl } from "@std/path";

const ROOT = fromFileUrl(new URL("..", import.meta.url)).replace(/\/$/, "");

/** Whether this clone contains a commit; a shallow one may not. */
export function hasCommit(commit: string): boolean {
  return git("cat-file", "-e", `${commit}^{commit}`).success;
}

/**
 * Whether tests that need a commit are skipped; prints the reason.
 * @throws {Error} in CI, which clones the whole history
 */
export function ignoreWithoutCommit(commit: string): boolean {
  if (hasCommit(commit)) return false;
  const reason = `this clone has no ${commit}: fetch the whole history (git fetch --unshallow)`;
  if (Deno.env.get("AIREC_CI") === "1") throw new Error(`In CI no test may be skipped: ${reason}.`);
  console.log(`Tests skipped: ${reason}.`);
  return true;
}

/**
 * Unpacks a version. Its packages are installed by the first program that starts, from the cache of
 * this one: they differ, and a shared folder would be changed under running tests.
 */
export async function earlierVersion(
  commit: string,
): Promise<{ root: string } & AsyncDisposable> {
  const root = await Deno.makeTempDir({ prefix: "airec-earlier-" });
  const archive = `${root}/code.tar`;
  const { success, text } = git("archive", `--output=${archive}`, commit);
  if (!success) throw new Error(`git archive ${commit}: ${text}`);
  await new Deno.Command("tar", { args: ["-xf", archive, "-C", root] }).output();
  await Deno.remove(archive);
  return { root, [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }) };
}

/** Runs git in this clone. */
export function git(...args: string[]): { success: boolean; text: string } {
  const { success, stdout, stderr } = new Deno.Command("git", { args, cwd: ROOT }).outputSync();
  return { success, text: new TextDecoder().decode(success ? stdout : stderr) };
}
