// deno-lint-ignore-file no-unused-vars -- classic scripts share their names
/* Line breaking and setting of poster titles. */
"use strict";

const STACK = { x: 14, width: 172, most: 44, weight: .17, tracking: .09 };
const GAP = 6;

/** Splits a title into at most `most` lines of similar length, not after small words. */
function linesOf(title, most = 3) {
  const parts = title.replace(/\b(The|A|An|Of|In|To|And|And The|Of The|In The) /gi, "$1\u00a0")
    .split(" ");
  const letters = title.length;
  const count = Math.min(most, parts.length, letters <= 9 ? 1 : letters <= 22 ? 2 : 3);
  let best = [parts];
  let least = Infinity;
  const divide = (from, rest, lines) => {
    if (rest === 1) {
      const all = [...lines, parts.slice(from)];
      const longest = Math.max(...all.map((line) => line.join(" ").length));
      if (longest < least) [least, best] = [longest, all];
      return;
    }
    for (let to = from + 1; to <= parts.length - rest + 1; to++) {
      divide(to, rest - 1, [...lines, parts.slice(from, to)]);
    }
  };
  divide(0, count, []);
  return best.map((line) => line.join(" ").replaceAll("\u00a0", " "));
}

/** Returns the height at which a line fills the width, at most `most`. */
function lineHeight(line, { width, most, weight, tracking }) {
  return Math.min(
    most,
    width / letteringWidth(line, { height: 1, weight, tracking, stretch: .72 }),
  );
}

function stackHeight(title, options) {
  return linesOf(title).reduce((sum, line) => sum + lineHeight(line, options) + GAP, -GAP);
}

/** Draws lines of equal width, each at its own height. */
function stack(svg, title, { x, y, width, fill, ...options }) {
  for (const line of linesOf(title)) {
    const height = lineHeight(line, { width, ...options });
    const { weight, tracking } = options;
    const natural = letteringWidth(line, { height, weight, tracking, stretch: 1.7 });
    svg.append(
      lettering(line, { x, y, height, width: Math.min(width, natural), weight, tracking, fill }),
    );
    y += height + GAP;
  }
}

/** The year and a rule. */
function footer(svg, year, { y, fill }) {
  svg.append(
    lettering(year, { x: 14, y, height: 6.5, weight: .14, tracking: .4, fill }),
    slab(42, y + 2.9, 144, .7, fill, { opacity: .7 }),
  );
}

function roman(number) {
  const signs = [
    [1000, "M"],
    [900, "CM"],
    [500, "D"],
    [400, "CD"],
    [100, "C"],
    [90, "XC"],
    [50, "L"],
    [40, "XL"],
    [10, "X"],
    [9, "IX"],
    [5, "V"],
    [4, "IV"],
    [1, "I"],
  ];
  let text = "";
  for (const [value, sign] of signs) for (; number >= value; number -= value) text += sign;
  return text;
}
