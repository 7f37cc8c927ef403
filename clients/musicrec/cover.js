/* A record sleeve drawn from an artist's name: the same name, the same sleeve. Nothing is loaded. */
"use strict";

/** An <svg> element, decorative: the name stands beside it as text. */
// deno-lint-ignore no-unused-vars -- app.js calls it
function drawCover(name) {
  const chance = chanceFrom(name);
  const hue = Math.floor(chance() * 360);
  const other = hue + 90 + Math.floor(chance() * 120);
  const svg = shape("svg", { viewBox: "0 0 200 200", "aria-hidden": "true" });
  svg.append(
    shape("rect", { width: 200, height: 200, fill: `hsl(${hue} 60% ${30 + chance() * 15}%)` }),
  );

  const sleeves = [
    () => [ // a record
      shape("circle", { cx: 100, cy: 100, r: 84, fill: "#15151a" }),
      ...[74, 64, 54, 44].map((r) =>
        shape("circle", { cx: 100, cy: 100, r, fill: "none", stroke: "#3a3a44" })
      ),
      shape("circle", { cx: 100, cy: 100, r: 32, fill: `hsl(${other} 70% 60%)` }),
      shape("circle", { cx: 100, cy: 100, r: 5, fill: "#15151a" }),
    ],
    () =>
      Array.from({ length: 16 }, (_, i) => { // bars of sound
        const height = 20 + chance() * 130;
        const fill = `hsl(${other + i * 4} 75% 65%)`;
        return shape("rect", {
          x: 8 + i * 11.6,
          y: 100 - height / 2,
          width: 8,
          height,
          rx: 4,
          fill,
        });
      }),
    () =>
      Array.from({ length: 9 }, (_, i) => { // waves
        const bend = 14 + chance() * 30;
        const y = 24 + i * 19;
        return shape("path", {
          d: `M-5 ${y} Q45 ${y - bend} 100 ${y} T205 ${y}`,
          fill: "none",
          stroke: `hsl(${other} 70% ${50 + i * 4}%)`,
          "stroke-width": 7,
        });
      }),
    () =>
      Array.from({ length: 16 }, (_, i) =>
        // quarters of circles
        shape("path", {
          d: "M0 0 H50 A50 50 0 0 1 0 50 Z",
          transform: `translate(${(i % 4) * 50} ${Math.floor(i / 4) * 50}) ` +
            `rotate(${Math.floor(chance() * 4) * 90} 25 25)`,
          fill: `hsl(${chance() < 0.5 ? other : hue + 30} 65% ${45 + chance() * 30}%)`,
        })),
    () => [ // two suns
      shape("circle", { cx: 75, cy: 105, r: 58, fill: `hsl(${other} 75% 60%)` }),
      shape("circle", { cx: 128, cy: 90, r: 44, fill: `hsl(${hue + 40} 80% 68% / 80%)` }),
    ],
  ];
  svg.append(...sleeves[Math.floor(chance() * sleeves.length)]());
  const label = shape("text", {
    x: 12,
    y: 186,
    fill: "#fff",
    stroke: "rgb(0 0 0 / 65%)",
    "stroke-width": 5,
    "paint-order": "stroke",
    "font-family": "system-ui, sans-serif",
    "font-weight": 800,
    "font-size": Math.min(26, 265 / name.length),
  });
  label.textContent = name;
  svg.append(label);
  return svg;
}

function shape(name, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

/** Numbers in [0, 1) that a text decides: FNV-1a as the seed, then mulberry32. */
function chanceFrom(text) {
  let state = 2166136261;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 16777619);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
