/** Tests that documents name files that exist, and that the list of decisions is complete. */
import { assert, assertEquals } from "@std/assert";
import { basename, dirname, fromFileUrl, join, normalize } from "@std/path";

const ROOT = fromFileUrl(new URL("..", import.meta.url));
const DECISIONS = "docs/decisions";

/** Folders whose names begin a path in a document. */
const FOLDERS = [
  ".ci",
  "bench",
  "clients",
  "dev",
  "docs",
  "e2e",
  "functions",
  "migrations",
  "ops",
  "samples",
  "testing",
  "web",
  "worker-trainer",
];
const NOT_OURS = new Set(["node_modules", "dist", ".git", ".airec", ".wrangler"]);
/** Names of no file: placeholders, and scripts that are built and served. */
const PLACEHOLDERS = new Set([
  "x.ts",
  "x_test.ts",
  "SCHEMA.NAME.sql",
  "airec.js",
  "airec-model.js",
]);

/** Returns the paths of a folder's files and folders, from the project's root, with `/`. */
function pathsIn(folder: string): string[] {
  return Array.from(Deno.readDirSync(join(ROOT, folder))).flatMap(({ name, isDirectory }) => {
    if (NOT_OURS.has(name)) return [];
    const path = folder === "." ? name : `${folder}/${name}`;
    return isDirectory ? [path, ...pathsIn(path)] : [path];
  });
}

const PATHS = new Set(pathsIn("."));
const NAMES = new Set([...PATHS].map((path) => basename(path)));
const DOCUMENTS = [...PATHS].filter((path) =>
  /^(README|ARCHITECTURE|CONTRIBUTING|SECURITY)\.md$|^(docs|bench)\/.*\.md$/.test(path)
);

const read = (path: string) => Deno.readTextFileSync(join(ROOT, path));

/** Returns the anchors of a Markdown text's headings, as GitHub forms them. */
function anchors(text: string): Set<string> {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map((match) => match[1]);
  return new Set(
    headings.map((heading) =>
      heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(" ", "-")
    ),
  );
}

/** Returns the relative links of a document whose file or heading does not exist. */
function brokenLinks(document: string, text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link]) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [file, anchor] = link.split("#");
    const path = file ? normalize(join(dirname(document), file)).replace(/\/$/, "") : document;
    if (!PATHS.has(path)) return [`${document}: ${link} does not exist`];
    if (!anchor || !path.endsWith(".md") || anchors(read(path)).has(anchor)) return [];
    return [`${document}: ${path} has no heading #${anchor}`];
  });
}

/**
 * Returns the code spans of a document that name a file or folder which does not exist. A path may
 * begin at any folder (`linalg/kernels.wat`); `(removed)` after it marks a file that no longer
 * exists.
 */
function missingPaths(document: string, text: string): string[] {
  return [...text.matchAll(/`([\w.-]+(?:\/[\w.-]+)*\/?)`(\s\(removed\))?/g)]
    .filter(([, , removed]) => !removed)
    .map(([, span]) => span.replace(/\/$/, ""))
    .filter((span) => {
      if (PLACEHOLDERS.has(basename(span)) || PATHS.has(span)) return false;
      const isFile = /\.(tsx?|sql|md|css|wat|toml)$/.test(span);
      if (!span.includes("/")) return isFile && !NAMES.has(span);
      if (!isFile) return FOLDERS.includes(span.split("/")[0]);
      return ![...PATHS].some((path) => path.endsWith(`/${span}`));
    })
    .map((span) => `${document}: ${span} does not exist`);
}

Deno.test("documents link to files and headings that exist", () => {
  assert(DOCUMENTS.length > 50, `only ${DOCUMENTS.length} documents were found`);
  const faults = DOCUMENTS.flatMap((document) => brokenLinks(document, read(document)));
  assertEquals(faults, [], faults.join("\n"));
});

Deno.test("documents name source files and folders that exist", () => {
  const faults = DOCUMENTS.flatMap((document) => missingPaths(document, read(document)));
  assertEquals(faults, [], faults.join("\n"));
});

Deno.test("a broken link, a missing heading and a missing file are found", () => {
  const text = "[a](b.md) [c](../README.md#no-such-heading) `worker-trainer/fit/` `nothing.ts` " +
    "`web/text/words.ts` `old.ts` (removed) `ops/setup.ts` `setup.ts` [d](../README.md)";
  assertEquals(brokenLinks("docs/x.md", text), [
    "docs/x.md: b.md does not exist",
    "docs/x.md: README.md has no heading #no-such-heading",
  ]);
  assertEquals(missingPaths("docs/x.md", text), [
    "docs/x.md: worker-trainer/fit does not exist",
    "docs/x.md: nothing.ts does not exist",
    "docs/x.md: web/text/words.ts does not exist",
  ]);
});

Deno.test("the list of decisions has every page, and every page a number, title and status", () => {
  const pages = [...PATHS].filter((path) => /^docs\/decisions\/\d{4}-.*\.md$/.test(path)).sort();
  const rows = [
    ...read(`${DECISIONS}/README.md`).matchAll(/^\| \[(\d{4})\]\((.+?)\) +\| (.+?) +\|$/gm),
  ]
    .map(([, number, file, title]) => `${file}: ${number} ${title}`);
  const expected = pages.map((path) => {
    const heading = /^# (\d{4} .+)\n\nStatus: (?:accepted|superseded)\b/.exec(read(path))?.[1];
    return `${basename(path)}: ${heading ?? "no heading `# 0000 Title` and `Status: …` below it"}`;
  });
  assertEquals(rows, expected);
});
