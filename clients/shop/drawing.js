// deno-lint-ignore-file no-unused-vars -- classic scripts share their names
/* What covers are drawn with: SVG shapes, and chance that a text decides. Nothing is loaded. */
"use strict";

/** An SVG element. */
function shape(name, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** An empty cover, decorative: the title stands beside it as text. */
function canvas(width, height) {
  return shape("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
}

/** A part of a cover that shows nothing outside its box, with coordinates of its own. */
function box({ x, y, width, height, viewBox }, ...children) {
  const view = viewBox ?? `0 0 ${width} ${height}`;
  return shape(
    "svg",
    { x, y, width, height, viewBox: view, preserveAspectRatio: "xMidYMid slice" },
    ...children,
  );
}

const disc = (cx, cy, r, fill, more) => shape("circle", { cx, cy, r, fill, ...more });
const slab = (x, y, width, height, fill, more) =>
  shape("rect", { x, y, width, height, fill, ...more });
const path = (d, fill, more) => shape("path", { d, fill, ...more });
const stroke = (d, colour, width, more) =>
  shape("path", { d, fill: "none", stroke: colour, "stroke-width": width, ...more });

let made = 0;

/** An id that no other cover has. */
const freshId = () => `drawn-${++made}`;

/** Adds a gradient from top to bottom, or along x2, y2, and gives the fill that uses it. */
function gradient(svg, colours, { x2 = 0, y2 = 1 } = {}) {
  const id = freshId();
  const stops = colours.map((colour, i) =>
    shape("stop", { offset: i / (colours.length - 1), "stop-color": colour })
  );
  svg.append(shape("linearGradient", { id, x1: 0, y1: 0, x2, y2 }, ...stops));
  return `url(#${id})`;
}

/** How bright a colour such as #a1b2c3 is, 0 to 1. */
function luminance(colour) {
  const [r, g, b] = [1, 3, 5].map((at) => (parseInt(colour.slice(at, at + 2), 16) / 255) ** 2.2);
  return .2126 * r + .7152 * g + .0722 * b;
}

/** As WCAG reckons it, 1 to 21. */
function contrast(a, b) {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + .05) / (low + .05);
}

/** Chance that a text decides, the same each time: FNV-1a as the seed, then mulberry32. */
function chanceOf(text) {
  let state = 2166136261;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 16777619);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    between: (from, to) => from + next() * (to - from),
    whole: (from, to) => from + Math.floor(next() * (to - from + 1)),
    pick: (list) => list[Math.floor(next() * list.length)],
    maybe: (share) => next() < share,
  };
}

/** `count` things in a row, each made from its place. */
const many = (count, make) => Array.from({ length: count }, (_, i) => make(i));
