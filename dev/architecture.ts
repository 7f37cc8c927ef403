/** The rules of who may import whom, held over the text of a file. */
import { posix } from "node:path";

/** What a file imports: `./x.ts` as a path from the project's folder, packages as they are. */
export interface Import {
  target: string;
  /** Gone when the code runs. */
  typeOnly: boolean;
  /** Named by its address, to be run in another thread. */
  byUrl?: true;
}

/** Where the runtime and the file system may be met, beside tests. */
const RUNTIME =
  /^(dev|ops|testing|e2e|bench|worker-trainer)\/|\/(deno|disk|worker|pinned_request|database)\.ts$|^web\/(vite\.config|made_files)\.ts$/;
const TEST =
  /(_test|_bench|_quality)\.tsx?$|(^|\/)test_\w+\.tsx?$|_under_test\.ts$|^(testing|e2e)\//;
/** Measures what it likes: nothing stands on it. */
const BENCH = "bench/";
const PURE = ["functions/recommender/model/", "functions/recommender/csv/"];
const TRAINER_READS =
  /^functions\/(http\/database\.ts$|recommender\/((projects|promotions|quotas|settings)\.ts$|(blobs|csv|model|registry)\/))/;

/**
 * What breaks a rule in a file, a sentence each; empty where nothing does.
 * @param path from the project's folder, with `/`.
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

/** The rule that forbids an import, or null. */
function ruleAgainst(path: string, target: string, typeOnly: boolean): string | null {
  const pure = PURE.find((folder) => path.startsWith(folder));
  if (target.startsWith("node:") && !RUNTIME.test(path)) {
    return "`node:` is for deno.ts, worker.ts, disk.ts, pinned_request.ts, database.ts, worker-trainer, dev, ops, bench and tests";
  }
  if (pure && !target.startsWith(pure)) {
    return `${pure} imports nothing outside its folder: it runs in Deno, in workerd and in a tab`;
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
      return "worker-trainer imports functions/recommender/{projects,promotions,quotas,settings,blobs,csv,model,registry} and functions/http/database.ts alone";
    }
  }
  if (path.startsWith("web/") && !target.startsWith("web/")) {
    const contract = typeOnly && /^functions\/\w+\/app\.ts$/.test(target);
    const samples = /^web\/vite\.config\.ts$/.test(path) && target.startsWith("dev/samples/");
    if (!contract && !samples && !target.startsWith("functions/recommender/csv/")) {
      return "web imports types of functions/*/app.ts, and to run functions/recommender/csv alone";
    }
  }
  return null;
}

/** Tests may use `dev` and any runtime, but a service's tests know no other service either. */
function testRule(path: string, target: string): string | null {
  if (!isOwn(target) || /^(dev|ops|testing|e2e)\//.test(target)) return null;
  const rule = ruleAgainst(path.replace(TEST, ".ts"), target, false);
  return rule === null || TEST.test(target) || target.startsWith(ownFolder(path)) ? null : rule;
}

/** The room of a file: its service, or its top folder. */
function ownFolder(path: string): string {
  return path.split("/").slice(0, path.startsWith("functions/") ? 2 : 1).join("/") + "/";
}

/**
 * Files that import themselves by way of others, if only for a type: one way round each. A thread
 * may name the types of who starts it.
 * @param texts of all files, by their paths.
 */
export function circles(texts: Map<string, string>): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const walk = (path: string, way: string[]): void => {
    if (way.includes(path)) return void found.push([...way.slice(way.indexOf(path)), path]);
    if (done.has(path)) return;
    for (const { target, byUrl } of importsOf(path, texts.get(path)!)) {
      if (!byUrl && texts.has(target)) walk(target, [...way, path]);
    }
    done.add(path);
  };
  for (const path of texts.keys()) walk(path, []);
  return found;
}

const FROM = /^[ \t]*(?:import|export)(\s+type\b)?([^"';()]*?)\bfrom\s*["']([^"']+)["']/gm;
const BARE = /^[ \t]*import\s*["']([^"']+)["']/gm;
const DYNAMIC = /\bimport\s*\(\s*["']([^"']+)["']/g;
const ASSET = /\bnew URL\(\s*["'](\.[^"']+\.tsx?)["']\s*,\s*import\.meta\.url/g;

/** Every import, export-from, import() and worker's URL of a file. */
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

/** Whether `{ type A, type B }` names types only. */
function eachIsType(names: string): boolean {
  const inner = /^\s*\{([^}]*)\}\s*$/.exec(names)?.[1];
  const each = inner?.split(",").map((name) => name.trim()).filter(Boolean) ?? [];
  return each.length > 0 && each.every((name) => name.startsWith("type "));
}

/** The text without its comments; a comment is met at the start of a line or after a blank. */
function code(text: string): string {
  return text.replace(/^[ \t]*\/\*[\s\S]*?\*\//gm, "").replace(/(^|[ \t])\/\/.*$/gm, "");
}

function isOwn(target: string): boolean {
  return /^(functions|worker-trainer|web|dev|ops|testing|e2e|bench|clients)\//.test(target);
}
