/**
 * Mutation testing by lot: draws small changes of the given files, applies one at a time in a copy
 * of the project, and runs only the tests beside the file.
 *
 *     deno run -A testing/mutations.ts [--seed N] [--count N] PATHS…
 *
 * Prints for each mutant whether a test caught it, with its place, change and tests. The same seed
 * and files draw the same mutants; those that do not type-check are drawn again. Needs the tests'
 * parts, as `deno task test` does. Exits with 1 if a mutant survived.
 */
import { parseArgs } from "node:util";
import { join } from "@std/path";
import { signalGroup } from "../ops/processes/supervisor.ts";
import { chanceOf } from "../samples/chance.ts";
import { importsOf } from "./architecture.ts";
import { type Mutant, mutantsOf, mutated, RISKY } from "./mutation/mutants.ts";
import { offerMlflow } from "./runner/shared_mlflow.ts";
import { startTestPostgres } from "./runner/test_postgres.ts";
import { sourceFiles } from "./source_files.ts";

const ROOT = new URL("..", import.meta.url).pathname;

/** A drawn mutant of a file. */
interface Drawn extends Mutant {
  path: string;
}

/** Result of a mutant; "not viable" does not type-check and does not count. */
type Fate = "caught" | "survived" | "not viable";

const { values: { seed, count }, positionals: paths } = parseArgs({
  args: Deno.args,
  allowPositionals: true,
  options: { seed: { type: "string", default: "1" }, count: { type: "string", default: "20" } },
});
if (paths.length === 0) throw new TypeError("Name the files to change.");

const tests = testsBeside();
/** Times that tests may take, in ms, by their paths. */
const patience = new Map<string, number>();
const copy = await Deno.makeTempDir({ prefix: "airec-mutations-" });
const server = await startTestPostgres();
const mlflow = offerMlflow();
let survivors = 0;
try {
  await copyProject();
  let left = Number(count);
  for (const mutant of drawn()) {
    if (left === 0) break;
    const fate = await fateOf(mutant);
    if (fate === "not viable") continue;
    left--;
    if (fate === "survived") survivors++;
    console.log(line(mutant, fate));
  }
  const tested = Number(count) - left;
  console.log(`${tested - survivors} of ${tested} caught`);
} finally {
  await mlflow.stop();
  await server.stop();
  await Deno.remove(copy, { recursive: true });
}
Deno.exit(survivors > 0 ? 1 : 0);

/** Returns the mutants of all files in the order of the lots. */
function drawn(): Drawn[] {
  const all = paths.flatMap((path) =>
    mutantsOf(path, Deno.readTextFileSync(join(ROOT, path))).map((mutant) => ({ path, ...mutant }))
  );
  return chanceOf(Number(seed)).shuffle(all);
}

/**
 * Returns the tests of each file: `x_test.ts` and `x_subject_test.ts` beside `x.ts`, else the tests
 * of its folder whose imports reach it.
 * @throws {TypeError} that names a file without any.
 */
function testsBeside(): Map<string, string[]> {
  return new Map(paths.map((path) => {
    const folder = path.slice(0, path.lastIndexOf("/"));
    const inFolder = sourceFiles(folder).filter((other) =>
      /_test\.tsx?$/.test(other) && other.lastIndexOf("/") === folder.length
    );
    const own = inFolder.filter((test) => test.startsWith(`${stem(path)}_`));
    const beside = own.length > 0 ? own : inFolder.filter((test) => reaches(test, path));
    if (beside.length === 0) throw new TypeError(`No test beside ${path} reaches it.`);
    return [path, beside];
  }));
}

function stem(path: string): string {
  return path.replace(/\.tsx?$/, "");
}

/** Whether the imports of a file lead to another. */
function reaches(from: string, to: string): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (path === to) return true;
    if (seen.has(path) || !/\.tsx?$/.test(path)) continue;
    seen.add(path);
    const text = Deno.readTextFileSync(join(ROOT, path));
    for (const { target, typeOnly } of importsOf(path, text)) {
      if (!typeOnly && isFile(target)) open.push(target);
    }
  }
  return false;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(join(ROOT, path)).isFile;
  } catch {
    return false;
  }
}

/** Copies the files that git knows or would add; libraries are linked. */
async function copyProject(): Promise<void> {
  const listed = await new Deno.Command("git", {
    args: ["ls-files", "--cached", "--others", "--exclude-standard", "-z"],
    cwd: ROOT,
  }).output();
  for (const path of new TextDecoder().decode(listed.stdout).split("\0").filter(isFile)) {
    await Deno.mkdir(join(copy, path, ".."), { recursive: true });
    await Deno.copyFile(join(ROOT, path), join(copy, path));
  }
  await Deno.symlink(join(ROOT, "node_modules"), join(copy, "node_modules"));
}

/**
 * Returns how long the tests may take on a mutant, in ms: far longer than on the unchanged file, so
 * that only a mutant that hangs is ended.
 * @throws {Error} if they fail without a change.
 */
async function patienceWith(beside: string[]): Promise<number> {
  const key = beside.join(" ");
  if (!patience.has(key)) {
    const started = performance.now();
    if (!await passes(beside)) throw new Error(`Without any change these fail: ${key}`);
    patience.set(key, 3 * (performance.now() - started) + 30_000);
  }
  return patience.get(key)!;
}

/** Applies a mutant to the copy, runs the tests, and takes it back. */
async function fateOf(mutant: Drawn): Promise<Fate> {
  const { path, operator } = mutant;
  const beside = tests.get(path)!;
  const ms = await patienceWith(beside);
  const place = join(copy, path);
  const text = await Deno.readTextFile(place);
  await Deno.writeTextFile(place, mutated(text, mutant));
  try {
    if (RISKY.has(operator) && !await run(["check", "--quiet", path])) return "not viable";
    return await passes(beside, ms) ? "survived" : "caught";
  } finally {
    await Deno.writeTextFile(place, text);
  }
}

/** Whether tests pass, in the time that they have. */
async function passes(beside: string[], ms?: number): Promise<boolean> {
  return await run(["test", "-A", "--no-check", "--quiet", "--fail-fast", ...beside], ms);
}

/** Runs a command of Deno in the copy; false if it fails or takes longer. */
async function run(args: string[], ms?: number): Promise<boolean> {
  const program = new Deno.Command(Deno.execPath(), {
    args,
    cwd: copy,
    env: { AIREC_TEST_POSTGRES: server.url, ...mlflow.env },
    ...{ stdin: "null", stdout: "null", stderr: "null" },
    detached: true, // a process group of its own: processes left by tests end with it
  }).spawn();
  const timer = ms === undefined ? undefined : setTimeout(() => {
    signalGroup(program.pid, "SIGKILL");
  }, ms);
  const { success } = await program.status;
  clearTimeout(timer);
  signalGroup(program.pid, "SIGKILL");
  return success;
}

function line({ path, line, operator, start, end, by }: Drawn, fate: Fate): string {
  const from = Deno.readTextFileSync(join(ROOT, path)).slice(start, end);
  const short = (text: string) => {
    const flat = text.replace(/\s+/g, " ");
    return flat.length > 60 ? `${flat.slice(0, 57)}…` : flat;
  };
  const names = tests.get(path)!.map((test) => test.slice(test.lastIndexOf("/") + 1));
  return `${fate.padEnd(8)} ${path}:${line} ${operator}: ${short(from)} → ${short(by)} (${
    names.join(", ")
  })`;
}
