import { assertEquals } from "@std/assert";
import { championBefore, type Promotion } from "./promotions.ts";

const trained = (...versions: string[]): Promotion[] =>
  versions.map((version) => ({ version, reason: "TRAINED" }));
const back = (version: string): Promotion => ({ version, reason: "ROLLED_BACK" });
const known = (...versions: string[]) => new Set(versions);

Deno.test("a rollback restores the previous champion, the next rollback the one before", () => {
  const versions = known("1", "2", "3");
  const three = trained("1", "2", "3");
  assertEquals(championBefore(three, { champion: "3", versions }), "2");
  assertEquals(championBefore([...three, back("2")], { champion: "2", versions }), "1");
  const end = [...three, back("2"), back("1")];
  assertEquals(championBefore(end, { champion: "1", versions }), undefined);
  const four = known("1", "2", "3", "4");
  assertEquals(championBefore([...end, ...trained("4")], { champion: "4", versions: four }), "1");
});

Deno.test("a rollback skips deleted versions, and also reverts an alias moved by hand", () => {
  const three = trained("1", "2", "3");
  assertEquals(championBefore(three, { champion: "3", versions: known("1", "3") }), "1");
  assertEquals(championBefore(three, { champion: "1", versions: known("1", "2", "3") }), "3");
  assertEquals(championBefore([], { champion: null, versions: known() }), undefined);
});
