import { assertEquals } from "@std/assert";
import { IdTable } from "./id_table.ts";

Deno.test("ids are numbered by first occurrence, and a part of a longer text is looked up", () => {
  const table = new IdTable();
  const texts = ["", "a", "b", "ab", "日本", "__proto__", "x".repeat(70_000), "\ufeffa", "a\0"];
  assertEquals(texts.map((text) => table.add(text)), [...texts.keys()]);
  assertEquals(texts.map((text) => table.add(text)), [...texts.keys()], "a second time");
  assertEquals(table.find("cab", 1, 3), 3);
  assertEquals(table.find("cab", 0, 3), -1);
  assertEquals(table.find("日本"), 4);
  assertEquals(table.texts(), texts);
});

Deno.test("a hundred thousand ids", () => {
  const table = new IdTable();
  const texts = Array.from({ length: 100_000 }, (_, i) => `user-${i * 7919 % 100_003}`);
  for (const text of texts) table.add(text);
  assertEquals(table.size, texts.length);
  assertEquals(texts.findIndex((text, i) => table.find(`,${text},`, 1, 1 + text.length) !== i), -1);
  assertEquals(table.texts(), texts);
});
