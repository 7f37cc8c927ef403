/* A film poster drawn from its title: the same title, the same poster. Nothing is loaded. */
"use strict";

/** An <svg> element, decorative: the title stands beside it as text. */
// deno-lint-ignore no-unused-vars -- app.js calls it
function drawCover(title) {
  const chance = chanceFrom(title);
  const hue = Math.floor(chance() * 360);
  const other = hue + 30 + Math.floor(chance() * 150);
  const svg = shape("svg", { viewBox: "0 0 200 300", "aria-hidden": "true" });
  svg.append(shape("rect", { width: 200, height: 300, fill: `hsl(${hue} 45% 22%)` }));

  const scenes = [
    () => [ // a sun over hills
      shape("circle", { cx: 40 + chance() * 120, cy: 110, r: 50, fill: `hsl(${other} 75% 62%)` }),
      hill(190, 0.32),
      hill(225, 0.24),
    ],
    () => [ // a skyline
      shape("circle", { cx: 150, cy: 60, r: 26, fill: `hsl(${other} 60% 78%)` }),
      ...Array.from({ length: 8 }, (_, i) => {
        const height = 40 + chance() * 130;
        const fill = `hsl(${other} ${25 + i * 3}% ${26 + (i % 3) * 9}%)`;
        return shape("rect", {
          x: i * 26 - 4,
          y: 250 - height,
          width: 24,
          height: 60 + height,
          fill,
        });
      }),
    ],
    () =>
      Array.from({ length: 7 }, (_, i) =>
        // rings
        shape("circle", {
          cx: 100,
          cy: 120,
          r: 128 - i * 18,
          fill: `hsl(${other + i * 6} 60% ${20 + i * 8}%)`,
        })),
    () =>
      Array.from({ length: 6 }, (_, i) =>
        // rays
        shape("path", {
          d: `M${30 + chance() * 140} 0 L${i * 46 - 40} 300 h22 Z`,
          fill: `hsl(${other} 70% ${45 + i * 6}% / 70%)`,
        })),
    () => [ // a road to the moon
      shape("circle", { cx: 100, cy: 90, r: 42, fill: `hsl(${other} 35% 86%)` }),
      shape("path", { d: "M0 160 H200 V300 H0 Z", fill: `hsl(${hue} 40% 13%)` }),
      shape("path", { d: "M96 160 h8 L170 300 H30 Z", fill: `hsl(${other} 55% 55%)` }),
    ],
  ];
  svg.append(...scenes[Math.floor(chance() * scenes.length)]());
  svg.append(shape("rect", { y: 205, width: 200, height: 95, fill: `hsl(${hue} 45% 10% / 72%)` }));
  svg.append(...titleLines(title.replace(/ \(\d{4}\)$/, "")));
  return svg;

  function hill(y, light) {
    const bend = 40 + chance() * 60;
    return shape("path", {
      d: `M0 ${y} C60 ${y - bend} 130 ${y + bend / 2} 200 ${y - 20} V300 H0 Z`,
      fill: `hsl(${other + 20} 40% ${light * 100}%)`,
    });
  }
}

/** The title in at most three lines, as large as fits. */
function titleLines(title) {
  const lines = [""];
  for (const word of title.split(" ")) {
    const line = `${lines.at(-1)} ${word}`.trim();
    if (line.length <= 13 || lines.at(-1) === "") lines[lines.length - 1] = line;
    else lines.push(word);
  }
  const shown = lines.slice(0, 3);
  const longest = Math.max(...shown.map((line) => line.length));
  const size = Math.min(26, 300 / longest);
  return shown.map((line, i) => {
    const y = 256 + (i - (shown.length - 1) / 2) * size * 1.12;
    const text = shape("text", {
      x: 100,
      y,
      "font-size": size,
      fill: "#fff",
      "text-anchor": "middle",
      "font-family": "Georgia, serif",
      "font-weight": 700,
    });
    text.textContent = line;
    return text;
  });
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
