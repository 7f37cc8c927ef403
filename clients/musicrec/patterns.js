// deno-lint-ignore-file no-unused-vars -- classic scripts share their names
/* Sleeve patterns on 200 × 200, a function each. A pattern gets a seeded random generator and a
   palette [ground, second, third, light, dark], and returns shapes. */
"use strict";

const polar = (
  r,
  angle,
  [cx, cy] = [100, 100],
) => [cx + r * Math.cos(angle), cy + r * Math.sin(angle)];
const lineOf = (points) =>
  `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}`;

const PATTERNS = {
  /** Overlapping ridges, highest in the middle. */
  ridges({ chance, ink }) {
    const [ground, second, , light] = ink;
    const loud = chance.between(80, 120);
    return many(27, (i) => {
      const y = 46 + i * 4.9;
      const hills = many(
        7,
        () => ({
          at: loud + chance.between(-34, 34),
          high: chance.between(2, 15),
          wide: chance.between(3, 8),
        }),
      );
      const points = many(76, (k) => {
        const x = 25 + k * 2;
        const up = hills.reduce(
          (sum, { at, high, wide }) => sum + high * Math.exp(-(((x - at) / wide) ** 2)),
          0,
        );
        return [x, y - up - chance.between(0, .9)];
      });
      return [
        path(`${lineOf(points)}V${y + 9}H25Z`, ground),
        stroke(lineOf(points), i % 9 === 4 ? second : light, 1, { "stroke-linejoin": "round" }),
      ];
    }).flat();
  },
  /** Sunflower seeds. */
  seeds({ chance, ink }) {
    const [, second, third, light] = ink;
    const turn = chance.pick([2.39996, 2.39996, 2.4, 2.61, 1.94]);
    const grow = chance.maybe(.5);
    return many(340, (i) => {
      const r = 4.9 * Math.sqrt(i);
      const [x, y] = polar(r, i * turn);
      return disc(
        x,
        y,
        grow ? .8 + r / 32 : 3.8 - r / 32,
        [second, light, third][i % 21 < 13 ? 0 : i % 3],
      );
    });
  },
  /** Quarter circles that join to winding roads. */
  roads({ chance, ink }) {
    const [, second, third, light] = ink;
    const n = chance.pick([4, 5]);
    const size = 200 / n;
    const tile = (colour, width) => (x, y, turn) =>
      stroke(
        `M${size / 2} 0A${size / 2} ${size / 2} 0 0 1 0 ${size / 2}M${size} ${size / 2}A${
          size / 2
        } ${size / 2} 0 0 0 ${size / 2} ${size}`,
        colour,
        width,
        { transform: `translate(${x} ${y}) rotate(${turn} ${size / 2} ${size / 2})` },
      );
    const turns = many(n * n, () => chance.pick([0, 90]));
    const lay = (colour, width) =>
      turns.map((turn, i) => tile(colour, width)((i % n) * size, Math.floor(i / n) * size, turn));
    return [...lay(second, size * .5), ...lay(light, size * .3), ...lay(third, size * .1)];
  },
  /** Moiré of two sets of rings. */
  beats({ chance, ink }) {
    const [, second, , light] = ink;
    const apart = chance.between(18, 44);
    const angle = chance.between(0, 6.28);
    const rings = (centre, colour) =>
      many(24, (i) => {
        const [x, y] = centre;
        const r = 4 + i * 6.4;
        return shape("circle", {
          cx: x,
          cy: y,
          r,
          fill: "none",
          stroke: colour,
          "stroke-width": 2.6,
        });
      });
    return [...rings(polar(apart / 2, angle), second), ...rings(polar(-apart / 2, angle), light)];
  },
  /** A grid of simple forms. */
  forms({ chance, ink }) {
    const [ground, second, third, light, dark] = ink;
    const n = 4;
    const s = 200 / n;
    const kinds = [
      (f) => path(`M0 0H${s}A${s} ${s} 0 0 1 0 ${s}Z`, f),
      (f) => path(`M0 0H${s}L0 ${s}Z`, f),
      (f) => disc(s / 2, s / 2, s / 2, f),
      (f) => path(`M0 0A${s / 2} ${s / 2} 0 0 0 ${s} 0Z`, f),
      (f) =>
        path(
          `M0 0H${s}V${s}H0ZM${s * .5} ${s * .2}A${s * .3} ${s * .3} 0 1 0 ${s * .5} ${s * .8}A${
            s * .3
          } ${s * .3} 0 1 0 ${s * .5} ${s * .2}Z`,
          f,
          { "fill-rule": "evenodd" },
        ),
      (f) => slab(0, 0, s / 2, s, f),
    ];
    return many(n * n, (i) => {
      const back = chance.pick([ground, second, dark, light]);
      const front = chance.pick([third, light, second, ground].filter((colour) => colour !== back));
      return shape(
        "g",
        { transform: `translate(${(i % n) * s} ${Math.floor(i / n) * s})` },
        slab(-.2, -.2, s + .4, s + .4, back),
        shape(
          "g",
          { transform: `rotate(${chance.whole(0, 3) * 90} ${s / 2} ${s / 2})` },
          chance.pick(kinds)(front),
        ),
      );
    });
  },
  /** A striped setting sun. */
  sunset({ chance, ink, svg }) {
    const [ground, second, third, light, dark] = ink;
    const x = chance.between(84, 116);
    return [
      slab(0, 0, 200, 200, gradient(svg, [dark, ground, second])),
      disc(x, 96, 58, gradient(svg, [light, third, second])),
      ...many(
        7,
        (i) => slab(x - 62, 96 + i * 9 - i * .4, 124, 1 + i * 1.1, ground, { opacity: .92 }),
      ),
      slab(0, 150, 200, 60, dark),
      ...many(13, (i) => stroke(`M${100 + (i - 6) * 13} 150L${100 + (i - 6) * 62} 205`, third, .9)),
      ...many(6, (i) => slab(0, 150 + i * i * 2, 200, .9, third)),
    ];
  },
  /** Layers of cut paper. */
  paper({ chance, ink }) {
    const [, second, third, light, dark] = ink;
    const [cx, cy] = [chance.between(70, 130), chance.between(70, 130)];
    return many(6, (i) => {
      const points = many(
        9,
        (k) => polar((132 - i * 22) * chance.between(.82, 1.14), k / 9 * 2 * Math.PI, [cx, cy]),
      );
      const mids = points.map((p, k) => {
        const q = points[(k + 1) % 9];
        return [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2];
      });
      const d = `M${mids[8].join(" ")}${
        points.map((p, k) => `Q${p.join(" ")} ${mids[k].join(" ")}`).join("")
      }Z`;
      return [
        path(d, dark, { opacity: .25, transform: "translate(2.5 4)" }),
        path(d, [second, third, light, second, third, light][i]),
      ];
    }).flat();
  },
  /** Curve of a pendulum. */
  pendulum({ chance, ink }) {
    const [, second, , light] = ink;
    const [a, b] = chance.pick([[2, 3], [3, 4], [3, 5], [4, 5], [5, 6], [1, 2]]);
    const [p, q] = [chance.between(0, 6.3), chance.between(.002, .005)];
    const points = many(1500, (i) => {
      const t = i * .05;
      const fade = 78 * Math.exp(-q * t * 4);
      return [100 + fade * Math.sin(a * t + p), 100 + fade * Math.sin((b + .004) * t)];
    });
    return [
      stroke(lineOf(points), light, .55, { "stroke-linejoin": "round" }),
      stroke(lineOf(points.slice(0, 130)), second, 1.3, { "stroke-linejoin": "round" }),
    ];
  },
  /** Bars of an equaliser. */
  bars({ chance, ink }) {
    const [, second, third, light] = ink;
    const n = chance.pick([9, 12, 17]);
    const w = 168 / n;
    return many(n, (i) => {
      const h = 26 +
        120 * Math.abs(Math.sin(i * chance.between(.6, .8) + chance.next())) *
          chance.between(.5, 1);
      return slab(
        16 + i * w,
        100 - h / 2,
        w * .64,
        h,
        i % 5 === 2 ? second : i % 7 === 4 ? third : light,
        { rx: chance.maybe(.5) ? w * .32 : 0 },
      );
    });
  },
  /** Halftone dots that form a ball. */
  screen({ chance, ink }) {
    const [, second, , light] = ink;
    const [lx, ly] = polar(34, chance.between(3.4, 5.4));
    return many(24 * 24, (i) => {
      const [row, column] = [Math.floor(i / 24), i % 24];
      const [x, y] = [6 + column * 8.2 + (row % 2) * 4.1, 6 + row * 8.2];
      const inside = Math.hypot(x - 100, y - 100) < 76;
      const shade = Math.min(1, Math.hypot(x - lx, y - ly) / 104);
      return inside
        ? disc(x, y, 4.6 * (1 - shade * .86), light)
        : disc(x, y, .7, second, { opacity: .8 });
    });
  },
  /** A symmetric emblem of thorns. */
  thorns({ chance, ink }) {
    const [, second, , light] = ink;
    const half = many(15, () => {
      const [x, y] = [chance.between(2, 30), chance.between(34, 160)];
      const [tx, ty] = [x + chance.between(14, 62), y + chance.between(-52, 44)];
      return path(
        `M${x} ${y - 3}Q${(x + tx) / 2} ${y - 8} ${tx} ${ty}Q${(x + tx) / 2} ${y + 8} ${x} ${
          y + 4
        }Z`,
        light,
      );
    });
    const spine = path("M100 14L106 88L100 190L94 88Z", light);
    return [
      disc(100, 96, 62, second, { opacity: .9 }),
      spine,
      shape("g", { transform: "translate(100 0)" }, ...half),
      shape(
        "g",
        { transform: "translate(100 0) scale(-1 1)" },
        ...half.map((one) => one.cloneNode()),
      ),
    ];
  },
  /** Leaves on both sides of their stems. */
  leaves({ chance, ink }) {
    const [, second, third, light] = ink;
    return many(4, (i) => {
      const x = 32 + i * 45;
      const colour = [second, light, third, light][(i + chance.whole(0, 3)) % 4];
      const bend = chance.between(-12, 12);
      return [
        stroke(`M${x} 206Q${x + bend} 110 ${x} 26`, colour, 2),
        ...many(12, (k) => {
          const t = k / 12;
          const y = 190 - t * 156;
          return path("M0 0C5 -9 17 -10 25 0C17 8 5 7 0 0Z", colour, {
            transform: `translate(${x + bend * Math.sin(t * 3.1) * .5} ${y}) rotate(${
              k % 2 ? -42 : 222
            }) scale(${(1 - t * .55).toFixed(2)})`,
          });
        }),
      ];
    }).flat();
  },
  /** Rays from a corner. */
  rays({ chance, ink }) {
    const [, second, third, light] = ink;
    const from = chance.pick([[100, 200], [0, 200], [200, 200], [100, 110]]);
    const n = chance.pick([14, 18, 24]);
    return many(n, (i) => {
      const [a, b] = [i / n, (i + .5) / n].map((t) => t * 2 * Math.PI + .07);
      return path(
        `M${from.join(" ")}L${polar(300, a, from).join(" ")}L${polar(300, b, from).join(" ")}Z`,
        i % 4 ? second : third,
      );
    }).concat(disc(...from, 44, light), disc(...from, 34, second), disc(...from, 24, light));
  },
  /** Waves whose amplitude grows from line to line. */
  swell({ chance, ink }) {
    const [, second, third, light] = ink;
    const [a, b] = [chance.between(.02, .05), chance.between(0, 6)];
    return many(19, (i) =>
      stroke(
        lineOf(many(51, (k) => {
          const x = k * 4;
          return [
            x,
            8 + i * 10.4 + Math.sin(x * a + b + i * .24) * (2 + i * .85) +
            Math.sin(x * .09 + i * .4) * 2,
          ];
        })),
        i % 6 === 3 ? third : i % 2 ? second : light,
        1.2 + i * .24,
      ));
  },
};
