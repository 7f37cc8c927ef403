/** Import rules of the architecture, checked on the text of a file. */
import { posix } from "node:path";

/** An import: relative targets as paths from the project's root, packages as written. */
export interface Import {
  target: string;
  /** Whether it is erased at run time. */
  typeOnly: boolean;
  /** Whether it is a worker's URL, loaded in another thread. */
  byUrl?: true;
}

/** Files that may use the runtime and the file system, besides tests. */
const RUNTIME =
  /^(dev|ops|samples|testing|e2e|bench|worker-trainer)\/|\/(deno|disk|worker|pinned_request|database)\.ts$|^web\/(vite\.config|made_files)\.ts$/;
const TEST =
  /(_test|_bench|_quality)\.tsx?$|(^|\/)test_\w+\.tsx?$|_under_test\.ts$|^(testing|e2e)\//;
/** Benchmarks may import anything; nothing imports them. */
const BENCH = "bench/";
const PURE = ["functions/recommender/model/", "functions/recommender/files/"];
/** Shared by both folders; imports nothing outside its folder. */
const SHARED = "functions/recommender/text/";
/** Packages that these folders may import, since they run in every runtime. */
const PURE_PACKAGES =
  /^(@zip\.js\/zip\.js|entities|fzstd|hyparquet(-compressors)?|j?s?chardet|saxes)(\/|$)/;
const TRAINER_READS =
  /^functions\/(http\/(database\/database\.ts$|outgoing\/)|recommender\/(addresses|blobs|files|live|model|projects|registry|report|text)\/)/;

/**
 * Returns the violations of a file, one sentence each.
 * @param path from the project's root, with `/`
 */
export function violations(path: string, text: string): string[] {
  const test = TEST.test(path);
  const faults: string[] = [];
  const refuse = (rule: string) => faults.push(`${path}: ${rule}`);

  if (!test && !RUNTIME.test(path)) {
    if (/\bDeno\s*\./.test(code(text))) {
      refuse(
        "`Deno.` stands only in deno.ts, worker.ts, disk.ts, pinned_request.ts, database.ts, worker-trainer, dev, ops, bench and tests",
      );
    }
  }
  for (const { target, typeOnly } of importsOf(path, text)) {
    const rule = test ? testRule(path, target) : ruleAgainst(path, target, typeOnly);
    if (rule) refuse(`it imports ${target}, but ${rule}`);
  }
  return faults;
}

/** Returns the rule that forbids an import, or null. */
function ruleAgainst(path: string, target: string, typeOnly: boolean): string | null {
  const pure = PURE.find((folder) => path.startsWith(folder));
  if (target.startsWith("node:") && !RUNTIME.test(path)) {
    return "`node:` is for deno.ts, worker.ts, disk.ts, pinned_request.ts, database.ts, worker-trainer, dev, ops, bench and tests";
  }
  const isPure = target.startsWith(SHARED) || PURE_PACKAGES.test(target);
  if (pure && !target.startsWith(pure) && !isPure) {
    return `${pure} imports nothing outside its folder but text/ and packages like entities: it runs in Deno, in workerd and in a tab`;
  }
  if (!isOwn(target) || path.startsWith(BENCH)) return null;
  if (target.startsWith(BENCH)) return "nothing imports bench";
  if (TEST.test(target)) return "what is for tests is imported by tests alone";
  if (target.startsWith("worker-trainer/") && !/^(worker-trainer|ops)\//.test(path)) {
    return "nothing but ops and bench imports worker-trainer";
  }
  const [, service] = /^functions\/(\w+)\//.exec(path) ?? [];
  if (service && !target.startsWith(`functions/${service}/`)) {
    if (service === "http" || !target.startsWith("functions/http/")) {
      return `functions/${service} imports itself${
        service === "http" ? "" : " and functions/http"
      }: services reach each other over HTTP`;
    }
  }
  if (path.startsWith("worker-trainer/") && !target.startsWith("worker-trainer/")) {
    if (!TRAINER_READS.test(target)) {
      return "worker-trainer imports functions/recommender/{addresses,blobs,files,live,model,projects,registry,report,text} and functions/http/{outgoing,database/database.ts} alone";
    }
  }
  if (path.startsWith("web/") && !target.startsWith("web/")) {
    const contract = typeOnly && /^functions\/\w+\/app\.ts$/.test(target);
    const samples = /^web\/vite\.config\.ts$/.test(path) && target.startsWith("samples/");
    if (!contract && !samples && !target.startsWith("functions/recommender/files/")) {
      return "web imports types of functions/*/app.ts, and to run functions/recommender/files alone";
    }
  }
  return null;
}

/**
 * Returns the rule that forbids an import of a test, or null. Tests may import `dev`, `ops`,
 * `samples` and `testing` and use any runtime, but no other service; `testing` and `e2e` may import
 * anything.
 */
function testRule(path: string, target: string): string | null {
  if (/^(testing|e2e)\//.test(path)) return null;
  if (!isOwn(target) || /^(dev|ops|samples|testing|e2e)\//.test(target)) return null;
  const rule = ruleAgainst(path.replace(TEST, ".ts"), target, false);
  return rule === null || TEST.test(target) || target.startsWith(ownFolder(path)) ? null : rule;
}

/** Returns the folder that a file belongs to: its service, or its top-level folder. */
function ownFolder(path: string): string {
  return path.split("/").slice(0, path.startsWith("functions/") ? 2 : 1).join("/") + "/";
}

/**
 * Returns the import cycles, including type-only imports; one path for each. A worker may import
 * types of the module that starts it.
 * @param texts of all files, by path
 */
export function circles(texts: Map<string, string>): string[][] {
  const graph = new Map<string, Set<string>>();
  for (const [path, text] of texts) {
    const targets = importsOf(path, text).filter(({ byUrl }) => !byUrl);
    graph.set(path, new Set(targets.map(({ target }) => target)));
  }
  return cyclesOf(graph);
}

/** Entry points: they compose their folder and its subfolders, and no other code imports them. */
const ENTRY = /(^|\/)(app|deno|device|main|train|worker)\.tsx?$/;

/**
 * Returns the cycles of imports between folders; one path for each. Entry points, tests and
 * benchmarks are not counted.
 * @param texts of all files, by path
 */
export function folderCircles(texts: Map<string, string>): string[][] {
  const counts = (path: string) =>
    texts.has(path) && !TEST.test(path) && !ENTRY.test(path) && !path.startsWith(BENCH);
  const graph = new Map<string, Set<string>>();
  for (const [path, text] of texts) {
    if (!counts(path)) continue;
    const folder = posix.dirname(path);
    const targets = importsOf(path, text).map(({ target }) => target).filter(counts);
    const folders = graph.get(folder) ?? new Set();
    for (const target of targets) folders.add(posix.dirname(target));
    folders.delete(folder);
    graph.set(folder, folders);
  }
  return cyclesOf(graph);
}

/** Returns the cycles of a directed graph, one path for each, found by depth-first search. */
function cyclesOf(graph: Map<string, Set<string>>): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const walk = (node: string, way: string[]): void => {
    if (way.includes(node)) return void found.push([...way.slice(way.indexOf(node)), node]);
    if (done.has(node)) return;
    for (const next of graph.get(node)!) if (graph.has(next)) walk(next, [...way, node]);
    done.add(node);
  };
  for (const node of graph.keys()) walk(node, []);
  return found;
}

const FROM = /^[ \t]*(?:import|export)(\s+type\b)?([^"';()]*?)\bfrom\s*["']([^"']+)["']/gm;
const BARE = /^[ \t]*import\s*["']([^"']+)["']/gm;
const DYNAMIC = /\bimport\s*\(\s*["']([^"']+)["']/g;
const ASSET = /\bnew URL\(\s*["'](\.[^"']+\.tsx?)["']\s*,\s*import\.meta\.url/g;

/** Returns every import, re-export, dynamic import and worker URL of a file. */
export function importsOf(path: string, text: string): Import[] {
  const plain = code(text);
  const found: Import[] = [];
  for (const [, type, names, target] of plain.matchAll(FROM)) {
    found.push({ target, typeOnly: type !== undefined || eachIsType(names) });
  }
  for (const pattern of [BARE, DYNAMIC]) {
    for (const [, target] of plain.matchAll(pattern)) found.push({ target, typeOnly: false });
  }
  for (const [, target] of plain.matchAll(ASSET)) {
    found.push({ target, typeOnly: false, byUrl: true });
  }
  return found.map(({ target, ...how }) => ({
    target: target.startsWith(".") ? posix.join(posix.dirname(path), target) : target,
    ...how,
  }));
}

/** Whether `{ type A, type B }` names only types. */
function eachIsType(names: string): boolean {
  const inner = /^\s*\{([^}]*)\}\s*$/.exec(names)?.[1];
  const each = inner?.split(",").map((name) => name.trim()).filter(Boolean) ?? [];
  return each.length > 0 && each.every((name) => name.startsWith("type "));
}

/**
 * Returns the text without comments. Only comments at the start of a line or after a blank are
 * found.
 */
function code(text: string): string {
  return text.replace(/^[ \t]*\/\*[\s\S]*?\*\//gm, "").replace(/(^|[ \t])\/\/.*$/gm, "");
}

function isOwn(target: string): boolean {
  return /^(functions|worker-trainer|web|dev|ops|samples|testing|e2e|bench|clients)\//.test(target);
}
