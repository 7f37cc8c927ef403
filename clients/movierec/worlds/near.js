/* Drama: windows, bridges, branches, letters. */
"use strict";

WORLDS.near = {
  inks: [
    "1f2a36 3d5a6c 7d9aa5 e0c9a6 f4eee2 b5523b",
    "2b2a25 5a5546 98907a d8c79d f3eddc 7b2d26",
    "26323a 4b6b5f 92ab8e ead7a4 f7f2e4 c4683b",
  ],
  sky: ({ mid, glow, pale }) => [mid, glow, pale, mid],
  scenes: {
    window: {
      words:
        "house daughter inheritance glass tender faithful warsaw dublin room family mother father",
      draw({ chance, night, deep, mid, glow, pale, accent }) {
        const [columns, rows] = chance.pick([[2, 3], [3, 2], [2, 2], [3, 3]]);
        const [w, h] = [84 / columns, (rows === 2 ? 104 : 128) / rows];
        const x = chance.between(56, 66);
        const panes = many(
          columns * rows,
          (k) =>
            slab(
              x + (k % columns) * (w + 4),
              52 + Math.floor(k / columns) * (h + 4),
              w,
              h,
              k % 3 ? pale : glow,
            ),
        );
        const foot = 56 + rows * (h + 4);
        const lean = chance.between(-36, 8);
        const inside = chance.pick([
          [figure(x + 60, 238, 82, night)],
          [
            path(`M${x + 18} ${foot - 4}q-7 -14 2 -22h14q9 8 2 22Z`, accent),
            ...many(
              5,
              (i) =>
                stroke(`M${x + 27} ${foot - 24}q${(i - 2) * 5} -14 ${(i - 2) * 9} -26`, night, 1.6),
            ),
            ...many(5, (i) => disc(x + 27 + (i - 2) * 9, foot - 52, 5.5, i % 2 ? accent : mid)),
          ],
          [path(
            `M${x + 52} ${
              foot - 3
            }q-3 -24 8 -32q-3 -6 0 -13l6 5h6l6 -5q3 7 0 13q9 12 5 32q14 0 16 -12q6 12 -8 16h-38Z`,
            night,
          )],
        ]);
        return [
          slab(0, 0, 200, 300, deep),
          ...panes,
          disc(x + 22, 80, 11, accent),
          slab(x - 10, foot - 4, 84 + columns * 4 + 16, 5, night),
          slab(0, 232, 200, 80, night, { opacity: .4 }),
          path(`M${x} 244h38l${lean} 60h-46ZM${x + 46} 244h38l${lean} 60h-44Z`, glow, {
            opacity: .5,
          }),
          ...inside,
        ];
      },
    },
    bridge: {
      words: "bridge river harbour trieste havana water",
      draw({ chance, night, deep, mid, glow, pale, accent }) {
        const water = 196;
        const arch = (x) => `M${x} ${water}a24 30 0 0 1 48 0Z`;
        const arches = many(4, (i) => arch(2 + i * 56)).join("");
        const span = (fill, more) =>
          path(`M-5 ${water}V150Q100 134 205 150V${water}Z${arches}`, fill, {
            "fill-rule": "evenodd",
            ...more,
          });
        return [
          disc(chance.between(60, 140), 92, 34, glow),
          ridge(chance, { y: 160, rise: 30, steps: 4, fill: mid }),
          slab(0, water, 200, 110, deep),
          span(night),
          shape("g", { transform: `matrix(1 0 0 -1 0 ${2 * water})`, opacity: .45 }, span(night)),
          ...many(
            8,
            (i) =>
              slab(
                chance.between(-10, 160),
                water + 8 + i * 11,
                chance.between(20, 60),
                1.6,
                pale,
                {
                  opacity: .5,
                },
              ),
          ),
          figure(chance.between(70, 130), 143, 22, accent),
        ];
      },
    },
    branch: {
      words: "garden season winter kyoto autumn spring tree long quiet",
      draw({ chance, night, deep, mid, glow, pale, accent }) {
        const leaf = (x, y, turn, fill) =>
          path("M0 0C8 -14 26 -16 40 0C26 12 8 12 0 0Z", fill, {
            transform: `translate(${x} ${y}) rotate(${turn}) scale(${chance.between(.75, 1.15)})`,
          });
        return [
          disc(124, 116, 56, glow),
          stroke("M-10 286Q70 220 96 130T150 10", night, 3),
          ...many(15, (i) => {
            const t = i / 15;
            const [x, y] = [8 + t * 136 + Math.sin(t * 4) * 12, 272 - t * 250];
            return leaf(
              x,
              y,
              i % 2 ? -60 + chance.between(-20, 20) : 20 + chance.between(-20, 20),
              [deep, mid, night, deep, accent][i % 5],
            );
          }),
          leaf(134, 226, 50, accent),
          leaf(60, 252, 130, pale),
        ];
      },
    },
    letter: {
      words: "letter promise paper normandy postcard story dear",
      draw({ chance, night, deep, mid, glow, pale, accent }) {
        const tilt = chance.between(-9, 9);
        return [
          ...many(
            5,
            (i) => stroke(`M-10 ${36 + i * 12}q15 -8 30 0t30 0t30 0`, mid, 2, { opacity: .8 }),
          ),
          stroke(
            "M150 60m-22 0a22 22 0 1 0 44 0a22 22 0 1 0 -44 0m7 0a15 15 0 1 0 30 0a15 15 0 1 0 -30 0",
            deep,
            2,
          ),
          shape(
            "g",
            { transform: `rotate(${tilt} 100 150)` },
            slab(26, 96, 154, 108, night, { opacity: .35 }),
            slab(22, 90, 156, 108, pale),
            path("M22 90L100 154L178 90Z", glow),
            stroke("M22 198L84 142M178 198L116 142", mid, 1.6),
            disc(100, 150, 15, accent),
            lettering(chance.pick(["A", "M", "T", "V"]), {
              x: 100,
              y: 143,
              height: 14,
              anchor: .5,
              weight: .14,
              fill: pale,
            }),
          ),
          ridge(chance, { y: 266, rise: 12, steps: 3, fill: deep }),
        ];
      },
    },
  },
};
