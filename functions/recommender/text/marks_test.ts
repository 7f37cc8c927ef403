import { assertEquals, assertNotEquals } from "@std/assert";
import { streamSafe, withoutMarks } from "./marks.ts";
import { titleKey } from "./same_title.ts";

/** Marks of two classes in turns, which normalization sorts. */
const marks = (count: number) => "\u0301\u0316".repeat(count / 2);

Deno.test("marks are removed as by NFKD alone", () => {
  for (const text of ["Amélie", "Ame\u0301lie", "ﬁlm Å", "한국", "हिन्दी", "İı", "ﷺ", "e\u0344"]) {
    assertEquals(withoutMarks(text), text.normalize("NFKD").replace(/\p{M}/gu, ""), text);
  }
});

Deno.test("texts of a hundred thousand marks are normalized at once", () => {
  assertEquals(withoutMarks(`a${marks(200_000)}b`), "ab");
  assertEquals(titleKey(`A${marks(200_000)}`), titleKey(`a${marks(200_000)}`));
  assertNotEquals(titleKey(`a${marks(200_000)}`), titleKey(`a${marks(100_000)}`));
});

Deno.test("only runs of more than 30 marks are changed", () => {
  const word = `a${marks(30)}b${marks(30)}`;
  assertEquals(streamSafe(word), word);
  assertEquals(streamSafe(`a${marks(60)}`), `a${marks(30)}\u034f${marks(30)}`);
});
