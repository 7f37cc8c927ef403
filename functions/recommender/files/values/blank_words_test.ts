import { assertEquals } from "@std/assert";
import { BLANK_SIGNS, BLANK_WORDS, parseId, parseText } from "./blank_words.ts";
import { parseNumber } from "./numbers.ts";
import { parseTime } from "./times.ts";

Deno.test("parseText: ids stay text", () => {
  assertEquals(parseText(" 00123 "), "00123");
  assertEquals(parseText("a/b c"), "a/b c");
  assertEquals(parseId(" 00123 "), "00123");
});

Deno.test("blank words are no id, title, number or time, whatever their case", () => {
  for (const word of BLANK_WORDS) {
    for (const cell of [word, word.toUpperCase(), ` ${word} `]) {
      const values = [parseId(cell), parseText(cell), parseNumber(cell), parseTime(cell)];
      assertEquals(values, ["", "", null, null], cell);
    }
  }
});

Deno.test("blank signs are no id, number or time, and may be a title", () => {
  for (const sign of BLANK_SIGNS) {
    const values = [parseId(sign), parseText(sign), parseNumber(sign), parseTime(sign)];
    assertEquals(values, ["", sign, null, null], sign);
  }
});
