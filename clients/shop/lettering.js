// deno-lint-ignore-file no-unused-vars -- classic scripts share their names
/* Lettering of strokes, which needs no font: letters can have any width, height and weight, so
   lines fit exactly, and their stroke width stays even. */
"use strict";

/** Strokes of the capitals: y from 0, the top, to 10, the baseline; x from 0 to the width. */
const LETTERS = {
  A: "M0 10L3.1 0L6.2 10M1 6.7L5.2 6.7",
  B: "M0 5L3.2 5C5 5 6 5.9 6 7.5C6 9.1 5 10 3.2 10L0 10L0 0L3 0C4.6 0 5.6 .9 5.6 2.5C5.6 4.1 4.6 5 3 5",
  C: "M6 3.2C6 1 5 0 3 0C1 0 0 1 0 3.2L0 6.8C0 9 1 10 3 10C5 10 6 9 6 6.8",
  D: "M0 0L2.6 0C5 0 6 1.2 6 3.4L6 6.6C6 8.8 5 10 2.6 10L0 10Z",
  E: "M5 0L0 0L0 10L5 10M0 4.9L4.3 4.9",
  F: "M5 0L0 0L0 10M0 5.1L4.3 5.1",
  G: "M5.8 2.2C5.5 .8 4.6 0 3 0C1 0 0 1 0 3.2L0 6.8C0 9 1 10 3 10C5 10 6 9 6 6.8L6 6L3.8 6",
  H: "M0 0L0 10M6 0L6 10M0 4.9L6 4.9",
  I: "M0 0L0 10",
  J: "M4.6 0L4.6 7C4.6 9 3.8 10 2.3 10C.8 10 0 9 0 7",
  K: "M0 0L0 10M5.8 0L0 6M2 4L6 10",
  L: "M0 0L0 10L4.8 10",
  M: "M0 10L0 0L3.7 7L7.4 0L7.4 10",
  N: "M0 10L0 0L6 10L6 0",
  O: "M0 3.2C0 1 1 0 3 0C5 0 6 1 6 3.2L6 6.8C6 9 5 10 3 10C1 10 0 9 0 6.8Z",
  P: "M0 10L0 0L3 0C5 0 6 1 6 2.8C6 4.6 5 5.6 3 5.6L0 5.6",
  Q: "M0 3.2C0 1 1 0 3 0C5 0 6 1 6 3.2L6 6.8C6 9 5 10 3 10C1 10 0 9 0 6.8ZM3.4 7L6.2 10.8",
  R: "M0 10L0 0L3 0C5 0 6 1 6 2.8C6 4.6 5 5.6 3 5.6L0 5.6M3.2 5.6L6 10",
  S: "M5.8 3C5.8 1 4.8 0 2.9 0C1.1 0 .1 .9 .1 2.5C.1 4.2 1.2 4.6 3 5C4.9 5.4 5.9 5.9 5.9 7.5C5.9 9.1 4.9 10 3 10C1 10 0 9 0 7",
  T: "M0 0L6 0M3 0L3 10",
  U: "M0 0L0 6.8C0 9 1 10 3 10C5 10 6 9 6 6.8L6 0",
  V: "M0 0L3.1 10L6.2 0",
  W: "M0 0L2.2 10L4.6 1L7 10L9.2 0",
  X: "M0 0L6 10M6 0L0 10",
  Y: "M0 0L3.1 5.3L6.2 0M3.1 5.3L3.1 10",
  Z: "M.2 0L5.8 0L0 10L6 10",
  0: "M0 3.2C0 1 1 0 2.8 0C4.6 0 5.6 1 5.6 3.2L5.6 6.8C5.6 9 4.6 10 2.8 10C1 10 0 9 0 6.8Z",
  1: "M0 1.6L2 0L2 10",
  2: "M.1 2.8C.1 1 1 0 2.8 0C4.6 0 5.5 1 5.5 2.7C5.5 5 3 6 0 10L5.6 10",
  3: "M.1 0L5.4 0L2.6 4.2C4.6 4.2 5.6 5.2 5.6 7C5.6 9 4.6 10 2.8 10C1 10 0 9 0 7.2",
  4: "M4.2 10L4.2 0L0 7.2L5.8 7.2",
  5: "M5.2 0L.6 0L.3 4.8C1 4 1.8 3.8 2.8 3.8C4.6 3.8 5.6 4.9 5.6 6.8C5.6 9 4.6 10 2.8 10C1 10 0 9 0 7.4",
  6: "M4.6 0C2 2 0 4.4 0 7C0 9 1 10 2.8 10C4.6 10 5.6 9 5.6 7C5.6 5.2 4.6 4.2 2.8 4.2C1.6 4.2 .6 4.8 .2 5.8",
  7: "M0 0L5.6 0L1.8 10",
  8: "M2.8 4.8C1.2 4.8 .3 3.9 .3 2.4C.3 .9 1.2 0 2.8 0C4.4 0 5.3 .9 5.3 2.4C5.3 3.9 4.4 4.8 2.8 4.8C1 4.8 0 5.7 0 7.4C0 9.1 1 10 2.8 10C4.6 10 5.6 9.1 5.6 7.4C5.6 5.7 4.6 4.8 2.8 4.8Z",
  9: "M1 10C3.6 8 5.6 5.6 5.6 3C5.6 1 4.6 0 2.8 0C1 0 0 1 0 3C0 4.8 1 5.8 2.8 5.8C4 5.8 5 5.2 5.4 4.2",
  "&":
    "M6.4 10L1.4 3.6C.4 2.2 .9 0 2.9 0C4.9 0 5.2 2.4 3.8 3.5L1.4 5.2C-.6 6.8 0 10 2.6 10C4.6 10 5.8 8.4 6.2 5.8",
  "-": "M0 5.2L2.8 5.2",
  "'": "M0 0L0 2.4",
  ".": "M0 10L0 10",
  ",": "M.4 9.6L0 11.4",
  ":": "M0 3.4L0 3.4M0 10L0 10",
  "!": "M0 0L0 6M0 10L0 10",
  "?": "M0 2.8C0 1 .9 0 2.6 0C4.3 0 5.2 1 5.2 2.7C5.2 5 2.6 4.6 2.6 6.4M2.6 10L2.6 10",
  "/": "M0 10L3.6 0",
  "+": "M0 5L4.4 5M2.2 2.8L2.2 7.2",
  "(": "M1.4 0C0 3 0 7 1.4 10",
  ")": "M0 0C1.4 3 1.4 7 0 10",
  "*": "M1.6 0L1.6 3.6M0 .9L3.2 2.7M3.2 .9L0 2.7",
  "·": "M0 5L0 5",
  " ": "",
};

const WIDTHS = Object.fromEntries(
  Object.entries(LETTERS).map(([letter, strokes]) => [
    letter,
    letter === " " ? 2 : Math.max(...numbersOf(strokes).filter((_, i) => i % 2 === 0)),
  ]),
);

/** Returns the numbers of a path, x and y alternating. */
function numbersOf(strokes) {
  return strokes.match(/-?(\d+\.?\d*|\.\d+)/g).map(Number);
}

/** Whether the alphabet contains all letters of a text. */
function canLetter(text) {
  return [...plain(text)].every((letter) => letter in LETTERS);
}

/** Returns a text in capitals without accents. */
function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("’", "'").toUpperCase();
}

/**
 * Returns a line of lettering as a path. Its strokes lie completely in the box from (x, y).
 * @param line.width exact width of the line, reached by the width of its letters; otherwise
 * @param line.stretch width of letters, where 1 is as drawn.
 * @param line.weight the stroke, and @param line.tracking the letter gap, as parts of height.
 * @param line.anchor part of the line that is at x: 0, 0.5 or 1.
 */
function lettering(
  text,
  { x, y, height, width, stretch = 1, weight = 0.12, tracking = 0.12, anchor = 0, fill, ...more },
) {
  const letters = [...plain(text)].filter((letter) => letter in LETTERS);
  const thick = weight * height;
  const gap = thick + tracking * height;
  const drawn = letters.reduce((sum, letter) => sum + WIDTHS[letter], 0);
  const gaps = (letters.length - 1) * gap + thick;
  const sy = (height - thick) / 10;
  const sx = width === undefined ? sy * stretch : Math.max(0, width - gaps) / (drawn || 1);
  let left = x + thick / 2 - anchor * (drawn * sx + gaps);
  let d = "";
  for (const letter of letters) {
    let isX = false;
    d += LETTERS[letter].replace(/-?(\d+\.?\d*|\.\d+)/g, (number) => {
      isX = !isX;
      return (isX ? left + number * sx : y + thick / 2 + number * sy).toFixed(2);
    });
    left += WIDTHS[letter] * sx + gap;
  }
  return stroke(d, fill, thick.toFixed(2), {
    "stroke-linecap": "square",
    "stroke-miterlimit": 2,
    ...more,
  });
}

/** Returns the width of a line of lettering at a height. */
function letteringWidth(text, { height, stretch = 1, weight = 0.12, tracking = 0.12 }) {
  const letters = [...plain(text)].filter((letter) => letter in LETTERS);
  const thick = weight * height;
  const drawn = letters.reduce((sum, letter) => sum + WIDTHS[letter], 0);
  return drawn * stretch * (height - thick) / 10 +
    (letters.length - 1) * (thick + tracking * height) + thick;
}

/** Returns a name as an <svg> element in the colour of the surrounding text. */
function wordmark(text, { height, ...line }) {
  const width = letteringWidth(text, { height, ...line });
  const svg = canvas(Math.ceil(width), height);
  svg.append(lettering(text, { x: 0, y: 0, height, ...line, fill: "currentColor" }));
  return svg;
}
