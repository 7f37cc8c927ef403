/**
 * Deno's caches for a process that may be suspended. They are SQLite files: a process that is
 * suspended while it holds the lock of one delays every other start of Deno that shares it, by
 * seconds a module.
 */
import { join } from "@std/path";

/**
 * Creates a cache folder of Deno for one process under `folder`, with links to the modules of the
 * shared one and SQLite files of its own. Returns the environment variable that selects it.
 */
export async function ownCache(folder: string): Promise<Record<string, string>> {
  const path = join(folder, "deno");
  await Deno.mkdir(path);
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json"],
    stderr: "null",
  }).output();
  if (success) {
    const { denoDir } = JSON.parse(new TextDecoder().decode(stdout));
    for await (const { name, isDirectory } of Deno.readDir(denoDir)) {
      if (isDirectory) await Deno.symlink(join(denoDir, name), join(path, name));
    }
  }
  return { DENO_DIR: path };
}
