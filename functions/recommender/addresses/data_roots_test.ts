import { assertEquals, assertThrows } from "@std/assert";
import { parseAddress } from "./address.ts";
import { parseRoots, rootOf, rootsOf, rootText } from "./data_roots.ts";

const ADA = "0b1f7c1e-4d3a-4a59-9d27-1d8f3b0a6c11";
const BOB = "5a6ff6a0-6a52-4d0b-8c39-7d5b4a1f2e22";

function isOpen(roots: string, account: string, address: string): boolean {
  return rootOf(rootsOf(parseRoots(roots), account), parseAddress(address)) !== undefined;
}

Deno.test("a root with {owner} is a folder for each account", () => {
  const roots = "file:///srv/data/{owner}/  s3://lake/{owner}/in";
  assertEquals(isOpen(roots, ADA, `file:///srv/data/${ADA}/a.csv`), true);
  assertEquals(isOpen(roots, ADA, `s3://lake/${ADA}/in/*.csv`), true);
  assertEquals(isOpen(roots, BOB, `file:///srv/data/${ADA}/a.csv`), false);
  assertEquals(isOpen(roots, ADA, "file:///srv/data/*/a.csv"), false);
  assertEquals(isOpen(roots, ADA, "file:///srv/data/{owner}/a.csv"), false);
  assertEquals(isOpen(roots, ADA, `file:///srv/data/${ADA}2/a.csv`), false);
  assertEquals(isOpen(roots, ADA, `s3://lake2/${ADA}/in/a.csv`), false);
  assertEquals(rootsOf(parseRoots(roots), ADA).map(rootText), [
    `file:///srv/data/${ADA}/`,
    `s3://lake/${ADA}/in/`,
  ]);
});

Deno.test("a root is open to the account before it, or to all by *", () => {
  const roots = `${ADA}=s3://lake *=file:///srv/public`;
  assertEquals(isOpen(roots, ADA, "s3://lake/any/thing.csv"), true);
  assertEquals(isOpen(roots, BOB, "s3://lake/any/thing.csv"), false);
  assertEquals(isOpen(roots, BOB, "file:///srv/public/a.csv"), true);
  assertEquals(isOpen(roots, BOB, "file:///srv/publicity/a.csv"), false);
  assertEquals(isOpen("", ADA, "s3://lake/a.csv"), false);
});

Deno.test("a root that says not whose it is, has a pattern or is the whole machine is refused", () => {
  for (
    const root of ["file:///srv/data", "*=file:///", "*=s3://lake/*", "*=/srv", "*=file:///a/.."]
  ) {
    assertThrows(() => parseRoots(root), TypeError, root);
  }
});
