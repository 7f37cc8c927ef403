import { assertEquals } from "@std/assert";
import { plainNumber, plainTime } from "./plain_values.ts";
import { parseNumber } from "./numbers.ts";
import { parseTime } from "./times.ts";

/** Yields cells over a few characters, many of which are almost numbers or times. */
function* cells(): Generator<string> {
  yield* ["4", "4.5", "007", ".5", "5.", ".", "", "0.1", "123456789012345", "1234567890123456"];
  yield* ["0.123456789012345", "99999999999999.9", "1.2.3", "-1", "3,5", "1e3", " 4", "NULL"];
  yield* ["1577836800", "1577836800.25", "1577836800000", "20200131", "20201331", "12345678"];
  const dates = ["2020-01-31", "2020-02-30", "0099-01-01", "2020-13-01", "2020/01/31", "2020-1-31"];
  const between = [" ", "T", "t", "  ", ""];
  const clocks = [
    "",
    "23:59:59",
    "24:00:00",
    "25:00:00",
    "12:60:00",
    "12:00:61",
    "12:00",
    "1a:00:00",
  ];
  const zones = [
    "",
    "Z",
    "z",
    " Z",
    "+01:00",
    ".250Z",
    ".123456789",
    ".1234567891",
    ".5 UTC",
    " UTC",
    "  UTC",
    "+00:00",
    ".",
    "ZZ",
  ];
  for (const date of dates) {
    for (const sign of between) {
      for (const clock of clocks) for (const zone of zones) yield date + sign + clock + zone;
    }
  }
}

Deno.test("the fast path for numbers and times agrees with the rules, or leaves the cell to them", () => {
  let plain = 0;
  for (const cell of cells()) {
    const text = `7${cell}7`;
    const [number, time] = [plainNumber, plainTime].map((read) => read(text, 1, 1 + cell.length));
    if (!Number.isNaN(number)) assertEquals(number, parseNumber(cell), cell);
    if (!Number.isNaN(time)) assertEquals(time, parseTime(cell), cell);
    plain += Number(!Number.isNaN(number)) + Number(!Number.isNaN(time));
  }
  assertEquals(plain, 57, "what is plain is read");
});
