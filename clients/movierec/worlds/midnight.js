/* Crime: skylines, blinds, lamps. */
"use strict";

WORLDS.midnight = {
  inks: [
    "0c0c0e 1f2226 4a4f57 f0b429 f5f1e6 c8102e",
    "111417 1d3244 3f6478 e9dcc3 f8f4ea e63b2e",
    "150f0f 4a1b1b 9c2c24 f2e3c6 fbf6ea f2b632",
  ],
  sky: ({ night, deep, mid }) => [night, deep, mid, deep],
  scenes: {
    skyline: {
      words: "heist getaway ransom chicago boston baltimore macao city street american",
      draw({ chance, night, deep, mid, glow, pale, accent }) {
        const x = chance.between(40, 160);
        const tower = (
          left,
          w,
          h,
          fill,
          lit,
        ) => [
          slab(left, 240 - h, w, h + 70, fill),
          ...many(lit, () =>
            slab(
              left + 3 + chance.whole(0, Math.max(0, Math.floor(w / 6) - 1)) * 6,
              248 - h + chance.whole(0, Math.floor(h / 9)) * 9,
              3,
              5,
              glow,
            )),
        ];
        return [
          path(`M${x} 250L${x - 76} -10H${x - 24}ZM${x} 250L${x + 30} -10H${x + 70}Z`, glow, {
            opacity: .28,
          }),
          disc(chance.between(40, 160), 62, 20, pale),
          ...many(8, (i) => tower(i * 26 - 6, 24, chance.between(50, 128), mid, 0)).flat(),
          ...many(7, (i) => tower(i * 31 - 10, 27, chance.between(24, 96), deep, 7)).flat(),
          ...many(6, (i) => tower(i * 38 - 16, 36, chance.between(-10, 40), night, 4)).flat(),
          slab(100, 166, 2, 5, accent),
        ];
      },
    },
    blinds: {
      words: "alibi witness informer verdict double blind detective murder secret",
      draw({ chance, night, deep, glow, pale, accent }) {
        const x = chance.between(88, 112);
        return [
          disc(x, 132, 92, glow),
          path(
            `M${x - 62} 310V250Q${x - 56} 214 ${x - 16} 204V186Q${x - 30} 170 ${x - 28} 142H${
              x + 28
            }Q${x + 30} 170 ${x + 16} 186V204Q${x + 56} 214 ${x + 62} 250V310Z`,
            night,
          ),
          path(
            `M${x - 48} 142Q${x - 30} 130 ${x - 26} 132L${x - 22} 100Q${x} 88 ${x + 22} 100L${
              x + 26
            } 132Q${x + 30} 130 ${x + 48} 142Q${x} 154 ${x - 48} 142Z`,
            night,
          ),
          slab(x - 27, 124, 54, 7, accent),
          ...many(15, (i) => slab(0, i * 20.5 - 3, 200, 8.5, deep)),
          ...many(15, (i) => slab(0, i * 20.5 + 4.6, 200, .9, pale, { opacity: .35 })),
          slab(150, 0, 1.2, 240, pale, { opacity: .5 }),
        ];
      },
    },
    lamp: {
      words: "ledger debt safehouse marseille naples cold dirty bitter stranger killer",
      draw({ chance, night, deep, mid, glow, pale, accent }) {
        const x = chance.pick([58, 142]);
        const to = x < 100 ? 1 : -1;
        return [
          ...many(4, (i) => slab(i * 52 - 6, 70 - (i % 2) * 30, 46, 240, deep, { opacity: .8 })),
          ...many(
            9,
            () => slab(chance.between(6, 190), chance.between(84, 190), 5, 8, mid, { opacity: .7 }),
          ),
          slab(0, 232, 200, 80, night),
          path(`M${x} 64L${x - 68} 250Q${x} 272 ${x + 68} 250Z`, glow, { opacity: .5 }),
          shape("ellipse", { cx: x, cy: 250, rx: 68, ry: 13, fill: glow }),
          stroke(
            `M${x - to * 30} 300V62Q${x - to * 28} 46 ${x - to * 12} 46H${x - to * 2}`,
            night,
            4.5,
          ),
          path(`M${x - 14} 62Q${x} 40 ${x + 14} 62Z`, night),
          disc(x, 63, 5, pale),
          path(`M${x + to * 6} 252L${x + to * 62} 292H${x + to * 84}L${x + to * 14} 251Z`, night, {
            opacity: .8,
          }),
          figure(x + to * 8, 253, 62, night),
          path(
            `M${x + to * 8 - 10} 200H${x + to * 8 + 10}L${x + to * 8 + 6} 199L${
              x + to * 8 + 5
            } 192H${x + to * 8 - 5}L${x + to * 8 - 6} 199Z`,
            night,
          ),
          disc(x + to * 15, 206, 1.5, accent),
        ];
      },
    },
  },
};
