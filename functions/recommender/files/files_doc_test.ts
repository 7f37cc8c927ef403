/** Checks that `docs/files.md` matches the tables in the code. */
import { assert, assertEquals } from "@std/assert";
import { comments, delimiters, encodings, formats, rareDelimiters } from "./dialect.ts";
import { longestCell, longestHeader, longestRecord, mostColumns, mostSheetRows } from "./limits.ts";

const page = await Deno.readTextFile(new URL("../../../docs/files.md", import.meta.url));

/** Returns the text below a heading. */
function section(heading: string): string {
  const [, text] = page.split(`## ${heading}\n`);
  return text.split("\n## ")[0];
}

Deno.test("the page of files names each format, encoding, separator and mark", () => {
  const rows = [...section("Formats").matchAll(/^\| (\w+) +\|/gm)].map(([, name]) => name);
  assertEquals(rows, ["format", ...formats]);
  const named = [...section("Encodings").matchAll(/`([\w-]+)`/g)].map(([, name]) => name);
  const legacy = encodings.filter((encoding) => !encoding.startsWith("utf-"));
  for (const encoding of legacy) assert(named.includes(encoding), encoding);
  for (const name of named) {
    assert(name === "encoding" || legacy.some((encoding) => encoding === name), name);
  }
  const separators = section("Separators");
  const WORDS: Record<string, string> = {
    ",": "Comma",
    "\t": "tab",
    ";": "semicolon",
    "|": "bar",
    " ": "runs of blanks",
    " - ": "a dash between blanks",
    "\x01": "`\\x01`",
    "\t\t": "two tabs",
  };
  for (const delimiter of [...delimiters, ...rareDelimiters]) {
    assert(separators.includes(WORDS[delimiter] ?? `\`${delimiter}\``), delimiter);
  }
  for (const mark of comments) {
    assert(section("Lines before the table").includes(`\`${mark}\``), mark);
  }
});

Deno.test("the page of files names the limits", () => {
  for (const limit of [longestCell, longestRecord, longestHeader, mostColumns]) {
    const said = limit.toLocaleString("en-US");
    assert(section("Where a file is refused").includes(said), said);
  }
  assert(section("Formats").includes(mostSheetRows.toLocaleString("en-US")));
});
