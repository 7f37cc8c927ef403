// deno-lint-ignore-file no-unused-vars -- classic scripts share their names
/* Worlds of posters, one file each in worlds/. A scene gets a random generator and a palette of
   six inks, from `night` to `pale` and an `accent`, and draws on 200 × 300: its subject around
   (100, 130), the ground below 210. Its `words` are the title words that select it. */
"use strict";

const starsOf = ({ chance, pale }, count = 40) =>
  many(
    count,
    () =>
      disc(chance.between(0, 200), chance.between(0, 200), chance.pick([.4, .5, .7, 1.1]), pale, {
        opacity: chance.between(.4, 1),
      }),
  );

/** Hills: a random curve and the area below it. */
function ridge(chance, { y, rise, steps, fill }) {
  const step = 240 / steps;
  let d = `M-20 ${y}`;
  for (let i = 0; i < steps; i++) {
    const x = -20 + i * step;
    const up = y - chance.between(.3, 1) * rise * (i % 2 ? 1 : -.3);
    d += ` Q${x + step / 2} ${up} ${x + step} ${y + chance.between(-.2, .2) * rise}`;
  }
  return path(`${d} V330 H-20 Z`, fill);
}

/** Mountains with straight edges. */
function peaks(chance, { y, rise, steps, fill }) {
  const step = 240 / steps;
  const points = many(
    steps + 1,
    (i) =>
      `${-20 + i * step} ${y - (i % 2 ? chance.between(.5, 1) : chance.between(0, .25)) * rise}`,
  );
  return path(`M${points.join("L")}V330H-20Z`, fill);
}

/** A standing person, `size` tall, with the feet at (x, y). */
function figure(x, y, size, fill) {
  const s = size / 10;
  return shape(
    "g",
    { transform: `translate(${x} ${y}) scale(${s})`, fill },
    disc(0, -9.1, .85),
    path(
      "M-1.15 -7.6Q0 -8.6 1.15 -7.6L1.75 -3.9L1.25 -3.8L.95 -5.6L1 -.3L1.35 0H.3L.05 -3.4L-.3 0H-1.2L-.95 -.3L-.95 -5.6L-1.25 -3.8L-1.75 -3.9Z",
    ),
  );
}

/** By name: `{inks, sky, scenes}`; inks are [night, deep, mid, glow, pale, accent]. */
const WORLDS = {};
