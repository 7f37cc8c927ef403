/* Horror: houses, stairs, forests, wells. */
"use strict";

WORLDS.dark = {
  inks: [
    "0d0d10 2a1114 6e1a1f d6362b f0e6d8 e8b04a",
    "0f1512 1c2e28 4b6a57 c9d6a3 eef0dd d9482b",
    "14121c 2b2840 5c5877 b9b3c9 efe9f2 f2c14e",
  ],
  sky: ({ night, deep, mid }) => [night, deep, mid],
  scenes: {
    house: {
      words: "chapel attic orchard ashgrove hallowfield thornhill haunted house home",
      draw({ chance, night, deep, mid, glow, pale, accent }) {
        const x = chance.between(80, 116);
        const moon = chance.between(80, 124);
        return [
          disc(moon, 108, 62, glow),
          disc(moon - 6, 104, 52, pale, { opacity: .14 }),
          ridge(chance, { y: 226, rise: 20, steps: 3, fill: mid }),
          path(`M-10 300Q${x - 50} 262 ${x - 24} 200H${x + 26}Q${x + 60} 262 210 300Z`, night),
          path(
            `M${x - 22} 204V164L${x - 6} 146L${x + 4} 156V128L${x + 12} 112L${x + 20} 128V204Z`,
            night,
          ),
          slab(x + 9, 136, 6, 9, accent),
          slab(x - 14, 174, 7, 10, accent, { opacity: .9 }),
          ...many(3, (i) =>
            stroke(
              `M${18 + i * 8} 300Q${24 + i * 10} 250 ${14 + i * 4} ${190 + i * 24}M${
                20 + i * 8
              } 252L${36 + i * 6} ${226 + i * 8}`,
              night,
              3 - i * .5,
            )),
          ...many(5, () => {
            const [a, b] = [chance.between(30, 180), chance.between(40, 110)];
            return stroke(`M${a - 5} ${b}q3 -4 5 0q2 -4 5 0`, deep, 1.3);
          }),
        ];
      },
    },
    stairs: {
      words: "staircase cellar locked door buried below",
      draw({ chance, night, deep, mid, glow, pale, accent }) {
        const x = chance.between(84, 116);
        return [
          path(`M${x - 15} 60H${x + 15}V142H${x - 15}Z`, pale),
          path(`M${x - 15} 142H${x + 15}L${x + 74} 300H${x - 74}Z`, glow, { opacity: .28 }),
          ...many(10, (i) => {
            const t = (i / 10) ** 1.5;
            const next = ((i + 1) / 10) ** 1.5;
            const [y, w] = [142 + t * 158, 17 + t * 74];
            return [
              slab(x - w, y, 2 * w, (next - t) * 90, i % 2 ? deep : mid),
              slab(x - w, y, 2 * w, 1.6 + t * 2, glow, { opacity: .55 }),
            ];
          }).flat(),
          path(`M-10 0H${x - 17}V142L${x - 92} 304H-10Z`, night),
          path(`M210 0H${x + 17}V142L${x + 92} 304H210Z`, night),
          slab(x - 17, 0, 34, 58, night),
          figure(x, 143, 44, night),
          disc(x + 11, 104, 1.4, accent),
        ];
      },
    },
    forest: {
      words:
        "lantern shadow blackwater ravenmoor greywick whispering withered forest wood witch night",
      draw({ chance, night, deep, mid, glow, pale, accent }) {
        const trunk = (x, w, fill) =>
          path(`M${x - w / 2} -5L${x + w / 2} -5L${x + w * .7} 310H${x - w * .7}Z`, fill);
        const rows = (count, w, fill) =>
          many(
            count,
            (i) =>
              trunk((i + chance.between(.1, .9)) * 200 / count, w * chance.between(.6, 1.3), fill),
          );
        return [
          disc(100, 122, 54, glow),
          disc(100, 122, 54, pale, { opacity: .35 }),
          ...rows(11, 5, mid),
          slab(0, 226, 200, 80, mid),
          figure(100, 236, 46, night),
          ...rows(5, 9, deep).filter((_, i) => i !== 2),
          slab(0, 252, 200, 60, deep),
          trunk(18, 20, night),
          trunk(186, 26, night),
          trunk(chance.pick([46, 152]), 10, night),
          slab(0, 282, 200, 30, night),
          disc(20, 140, 1.5, accent),
          disc(26, 140, 1.5, accent),
        ];
      },
    },
    well: {
      words: "well mirror hunger drowned nameless sleepless eye ring blood",
      draw({ chance, night, deep, mid, glow, pale, accent }) {
        return [
          ...many(11, (i) =>
            shape("ellipse", {
              cx: 100 + Math.sin(i * .8) * 5,
              cy: 132 + i * 2.2,
              rx: 124 - i * 10.6,
              ry: 112 - i * 9.7,
              fill: [glow, night, mid, night, deep, night][i % 6],
            })),
          shape("ellipse", { cx: 100, cy: 156, rx: 13, ry: 11, fill: pale }),
          disc(100, 156, 4.6, night),
          disc(100 + chance.between(-2, 2), 154, 1.4, accent),
        ];
      },
    },
  },
};
