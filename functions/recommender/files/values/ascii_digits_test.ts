import { assertEquals } from "@std/assert";
import { asciiDigits } from "./ascii_digits.ts";
import { NumberEvidence } from "./number_evidence.ts";
import { parseNumber } from "./numbers.ts";
import { TimeEvidence } from "./time_evidence.ts";
import { parseTime } from "./times.ts";

Deno.test("digits of other scripts are read as ASCII digits, other texts stay", () => {
  for (
    const [text, ascii] of [
      ["٠١٢٣٤٥٦٧٨٩", "0123456789"],
      ["۴٫۵", "4.5"],
      ["१,२३४", "1,234"],
      ["０９：３０", "09:30"],
      ["๒๕", "25"],
      ["২০", "20"],
      ["a，b", "a，b"],
      ["5 ½", "5 ½"],
    ]
  ) {
    assertEquals(asciiDigits(text), ascii);
  }
});

Deno.test("ratings and dates may have such digits", () => {
  const numbers = new NumberEvidence();
  for (const cell of ["٤٫٥", "٣", "５"]) numbers.add(cell);
  const form = numbers.decide();
  assertEquals(["٤٫٥", "٣", "５"].map((cell) => parseNumber(cell, form)), [4.5, 3, 5]);
  const times = new TimeEvidence();
  const cells = ["٢٢‏/٠١‏/٢٠١٩", "٢٠١٩-٠١-٢٢", "２０１９年１月２２日"];
  for (const cell of cells) times.add(cell);
  const order = times.decide();
  for (const cell of cells) assertEquals(parseTime(cell, order), Date.UTC(2019, 0, 22) / 1000);
});
