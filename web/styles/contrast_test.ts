/** Checks the contrast of the colours in tokens.css: WCAG 2.2, 1.4.3 and 1.4.11. */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";

/** Least contrast of text (1.4.3) and of non-text parts such as lines and bars (1.4.11). */
const TEXT = 4.5;
const MARK = 3;

const GROUNDS = ["paper", "surface", "sunken", "hover"];
/** Backgrounds on which each colour is used. A new colour is added here. */
const PAIRS: Record<string, { on: string[]; least: number }> = {
  "ink": { on: [...GROUNDS, "accent-soft", "good-soft", "warn-soft", "bad-soft"], least: TEXT },
  "muted": { on: [...GROUNDS, "accent-soft", "warn-soft", "bad-soft"], least: TEXT },
  "accent": { on: [...GROUNDS, "accent-soft"], least: TEXT },
  "accent-strong": { on: [...GROUNDS, "accent-soft"], least: TEXT },
  "on-accent": { on: ["accent", "accent-strong"], least: TEXT },
  "good": { on: [...GROUNDS, "good-soft"], least: TEXT },
  "warn": { on: [...GROUNDS, "warn-soft"], least: TEXT },
  "bad": { on: [...GROUNDS, "bad-soft"], least: TEXT },
  "field-line": { on: GROUNDS, least: MARK },
  "warm": { on: ["surface", "paper"], least: MARK },
};
/** Colours that need no contrast: backgrounds, and decorative separators. */
const NO_FOREGROUND = [...GROUNDS, "accent-soft", "good-soft", "warn-soft", "bad-soft", "line"];

type Rgb = [number, number, number];

/** Parses the colours of both schemes by name: `--ink: light-dark(#1a2323, #e7ecea)`. */
function coloursOf(css: string): Map<string, { light: Rgb; dark: Rgb }> {
  const pairs = css.matchAll(/^\s*--([\w-]+): light-dark\(#([\da-f]{6}), #([\da-f]{6})\);$/gm);
  return new Map([...pairs].map(([, name, light, dark]) => [
    name,
    { light: rgbOf(light), dark: rgbOf(dark) },
  ]));
}

function rgbOf(hex: string): Rgb {
  return [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)) as Rgb;
}

/** Returns the relative luminance of WCAG 2.2, 0 to 1. */
function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((value) => {
    const share = value / 255;
    return share <= .04045 ? share / 12.92 : ((share + .055) / 1.055) ** 2.4;
  });
  return .2126 * r + .7152 * g + .0722 * b;
}

/** Returns the contrast ratio of WCAG 2.2, from 1 to 21. */
function contrast(a: Rgb, b: Rgb): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + .05) / (dark + .05);
}

const colours = coloursOf(await Deno.readTextFile(join(import.meta.dirname!, "tokens.css")));

Deno.test("contrast is computed as in WCAG", () => {
  assertEquals(contrast([0, 0, 0], [255, 255, 255]), 21);
  assertEquals(contrast([119, 119, 119], [255, 255, 255]).toFixed(2), "4.48");
});

Deno.test("each colour has enough contrast on every background, in light and dark", () => {
  const faults: string[] = [];
  for (const [name, { on, least }] of Object.entries(PAIRS)) {
    for (const ground of on) {
      for (const scheme of ["light", "dark"] as const) {
        const ratio = contrast(colours.get(name)![scheme], colours.get(ground)![scheme]);
        if (ratio < least) {
          faults.push(`--${name} on --${ground}, ${scheme}: ${ratio.toFixed(2)} of ${least}`);
        }
      }
    }
  }
  assertEquals(faults, []);
});

Deno.test("no colour is left out", () => {
  const known = [...Object.keys(PAIRS), ...NO_FOREGROUND];
  assertEquals([...colours.keys()].filter((name) => !known.includes(name)), []);
  assert(known.every((name) => colours.has(name)));
});
