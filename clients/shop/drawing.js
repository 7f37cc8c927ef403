// deno-lint-ignore-file no-unused-vars -- classic scripts share their names
/* Drawing of covers: SVG shapes and a random generator seeded by text. Nothing is loaded. */
"use strict";

/** Creates an SVG element. */
function shape(name, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Returns an empty cover, hidden from assistive technology: the title is next to it as text. */
function canvas(width, height) {
  return shape("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
}

/** A clipped part of a cover with its own coordinates. */
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

/** Returns an id that is unique on the page. */
const freshId = () => `drawn-${++made}`;

/** Adds a gradient from top to bottom, or along x2, y2; returns its fill. */
function gradient(svg, colours, { x2 = 0, y2 = 1 } = {}) {
  const id = freshId();
  const stops = colours.map((colour, i) =>
    shape("stop", { offset: i / (colours.length - 1), "stop-color": colour })
  );
  svg.append(shape("linearGradient", { id, x1: 0, y1: 0, x2, y2 }, ...stops));
  return `url(#${id})`;
}

/** Returns the relative luminance of a colour such as #a1b2c3, 0 to 1. */
function luminance(colour) {
  const [r, g, b] = [1, 3, 5].map((at) => (parseInt(colour.slice(at, at + 2), 16) / 255) ** 2.2);
  return .2126 * r + .7152 * g + .0722 * b;
}

/** Returns the contrast ratio of WCAG, 1 to 21. */
function contrast(a, b) {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + .05) / (low + .05);
}

/** Returns a random generator seeded by a text: mulberry32 with a seed by FNV-1a. */
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

/** Returns `count` results of `make`, called with the index. */
const many = (count, make) => Array.from({ length: count }, (_, i) => make(i));
