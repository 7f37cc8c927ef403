import { assertEquals } from "@std/assert";
import { MissingCodes, type NamedKind } from "./missing_codes.ts";
import type { NoRating } from "./rating_choices.ts";

function codesOf(
  numbers: readonly number[],
  { chosen, blanks = 0, ...named }: {
    kind?: NamedKind;
    chosen?: NoRating;
    blanks?: number;
  } = {},
) {
  const evidence = new MissingCodes();
  for (const number of numbers) evidence.add(number);
  for (let i = 0; i < blanks; i++) evidence.addBlank();
  return evidence.decide("kind" in named ? named.kind : "scale", chosen);
}

/** Returns each number as often as `times` says. */
function repeated(times: Record<string, number>): number[] {
  return Object.entries(times).flatMap(([number, count]) =>
    Array.from({ length: count }, () => Number(number))
  );
}

const STARS = { 1: 10, 2: 20, 3: 50, 4: 80, 5: 40 };
const TEN = { 1: 5, 2: 5, 3: 9, 4: 12, 5: 30, 6: 40, 7: 60, 8: 90, 9: 60, 10: 70 };

Deno.test("frequent codes apart from the scale mean no rating", () => {
  const cases: [times: Record<string, number>, codes: number[]][] = [
    [{ ...STARS, 99: 30 }, [99]],
    [{ ...STARS, 9: 30 }, [9]],
    [{ ...STARS, 8: 4, 9: 30 }, [8, 9]],
    [{ ...STARS, 88: 4, 99: 30 }, [88, 99]],
    [{ ...STARS, "-1": 30 }, [-1]],
    [{ ...STARS, "-99": 30, 99: 5 }, [-99, 99]],
    [{ ...STARS, "0.5": 20, "4.5": 20, 9: 30 }, [9]],
    [{ 1: 5, 2: 5, 3: 5, 4: 5, 5: 5, 6: 5, 7: 5, 9: 5 }, [9]],
    [{ "-9.5": 20, "3.2": 20, "9.81": 20, 99: 20 }, [99]],
    // Jester: 9 is a rating between −10 and 10.
    [{ "-9.5": 20, "3.2": 20, 9: 4, "9.81": 20, 99: 90 }, [99]],
    [{ 20: 5, 40: 5, 60: 5, 80: 5, 100: 5, 999: 5 }, [999]],
    [{ 0: 50, 1: 50, 9: 20 }, [9]],
    [{ 0: 40, 5: 10, 6: 12, 7: 20, 8: 15, 9: 9, 10: 4 }, [0]],
    // Book-Crossing: 0 is an interaction without a rating.
    [{ 0: 700, 1: 2, 2: 3, 5: 50, 6: 37, 7: 76, 8: 104, 9: 67, 10: 78 }, [0]],
  ];
  for (const [times, codes] of cases) {
    assertEquals(codesOf(repeated(times)).codes, codes, JSON.stringify(times));
  }
});

Deno.test("values of a scale, slips and amounts are no codes", () => {
  const cases: [times: Record<string, number>, kind?: NamedKind][] = [
    [STARS],
    [TEN],
    [{ ...TEN, 0: 3 }],
    [{ 5: 3, 6: 4, 7: 5, 8: 90, 9: 60 }],
    [{ 2: 3, 4: 4, 7: 5, 9: 60 }],
    [{ ...STARS, 999: 1 }],
    [{ "-1": 30, 0: 20, 1: 40 }],
    [{ "-2": 30, "-1": 30, 0: 20, 1: 40, 2: 7 }],
    [{ "-1": 30, 1: 40 }],
    [{ 0: 30, 1: 40 }],
    [{ 0: 30, 1: 20, 2: 10, 3: 20, 4: 30, 5: 30 }],
    [{ 1: 90, 2: 40, 3: 20, 4: 9, "-1": 8 }, "amount"],
    [{ 1: 90, 2: 40, 3: 20, 4: 9, "-1": 8 }, undefined],
    [{ 1: 90, 2: 40, 3: 20, 4: 9, 99: 8 }, undefined],
    [{ 40: 4, 60: 9, 99: 8 }],
  ];
  for (const [times, ...named] of cases) {
    const kind = named.length > 0 ? named[0] : "scale";
    assertEquals(codesOf(repeated(times), { kind }).codes, [], JSON.stringify(times));
  }
});

Deno.test("a scale under a name that says nothing has codes, too", () => {
  assertEquals(codesOf(repeated({ ...STARS, 99: 30 }), { kind: undefined }).codes, [99]);
});

Deno.test("zeros next to blanks are ratings; many zeros are open, and chosen in the mapping", () => {
  const rare = { 0: 700, 1: 2, 2: 3, 5: 50, 8: 100 };
  assertEquals(codesOf(repeated(rare), { blanks: 100 }).codes, []);
  assertEquals(codesOf(repeated({ ...STARS, 0: 80 })).isZeroOpen, false);
  const open = repeated({ ...STARS, 0: 120 });
  assertEquals(codesOf(open).isZeroOpen, true);
  const { codes, least, most, isZeroOpen } = codesOf(open, { chosen: "keep" });
  assertEquals([codes, least, most, isZeroOpen], [[], 0, 5, false]);
  assertEquals(codesOf(open, { chosen: "0" }).codes, [0]);
  assertEquals(codesOf(repeated({ ...STARS, 99: 30 }), { chosen: "keep" }).codes, []);
});
