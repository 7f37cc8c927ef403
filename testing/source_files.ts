/** The project's own TypeScript files, for tests of its structure. */
import { fromFileUrl, join } from "@std/path";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

/** Folders with the project's own TypeScript. */
const FOLDERS = "functions worker-trainer web clients dev ops samples testing e2e bench".split(" ");

/** Returns the paths of all of the project's TypeScript files, from its root, with `/`. */
export function allSourceFiles(): string[] {
  return FOLDERS.flatMap(sourceFiles);
}

/** Returns the paths of the TypeScript files in a folder, from the project's root, with `/`. */
export function sourceFiles(folder: string): string[] {
  let entries: Deno.DirEntry[];
  try {
    entries = Array.from(Deno.readDirSync(join(ROOT, folder)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  return entries.flatMap(({ name, isDirectory }) => {
    if (isDirectory) {
      return ["node_modules", "dist"].includes(name) ? [] : sourceFiles(`${folder}/${name}`);
    }
    return /\.tsx?$/.test(name) ? [`${folder}/${name}`] : [];
  });
}
