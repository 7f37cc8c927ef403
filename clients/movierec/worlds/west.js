/* Western: mesas, cactuses, rails. */
"use strict";

WORLDS.west = {
  inks: [
    "3b1c14 7d3319 c75b28 f2a541 fbe8c6 2f6d6a",
    "2c2430 6d3b47 c0625a f3b27a fce9d0 f6d365",
    "23302f 48605a b08a55 e7bf7b f8ecd2 b5391f",
  ],
  sky: ({ mid, glow, deep }) => [deep, mid, glow, glow],
  scenes: {
    mesa: {
      words: "canyon prairie frontier sonora dakota durango desert wild",
      draw({ chance, night, deep, mid, glow, pale, accent }) {
        const butte = (x, w, top, fill) =>
          path(
            `M${x - w * .9} 240L${x - w * .52} ${top + 26}L${x - w * .5} ${top + 4}L${
              x - w * .3
            } ${top}H${x + w * .32}L${x + w * .5} ${top + 6}L${x + w * .54} ${top + 30}L${
              x + w * .95
            } 240Z`,
            fill,
          );
        const sun = chance.between(76, 124);
        return [
          disc(sun, 132, 56, pale),
          disc(sun, 132, 42, glow, { opacity: .35 }),
          butte(156, 46, 132, mid),
          butte(44, 56, 118, deep),
          butte(108, 28, 170, deep),
          slab(0, 226, 200, 90, mid),
          path("M-5 232Q60 220 205 240V310H-5Z", deep),
          path("M84 310Q92 262 118 240Q126 236 122 232Q104 240 60 310Z", glow),
          ridge(chance, { y: 282, rise: 18, steps: 3, fill: night }),
          figure(chance.between(130, 170), 282, 26, night),
          stroke("M30 60q6 -6 10 0q4 -6 10 0", accent, 1.5),
        ];
      },
    },
    cactus: {
      words: "saddle sheriff marshal rifle laredo scarlet dusty gun",
      draw({ chance, night, deep, mid, glow, pale, accent }) {
        const x = chance.between(76, 124);
        const cactus = (
          cx,
          base,
          h,
          fill,
        ) => [
          slab(cx - h * .08, base - h, h * .16, h + 10, fill, { rx: h * .08 }),
          stroke(
            `M${cx} ${base - h * .32}H${cx - h * .24}Q${cx - h * .3} ${base - h * .32} ${
              cx - h * .3
            } ${base - h * .4}V${base - h * .62}M${cx} ${base - h * .46}H${cx + h * .22}Q${
              cx + h * .28
            } ${base - h * .46} ${cx + h * .28} ${base - h * .54}V${base - h * .8}`,
            fill,
            h * .13,
            { "stroke-linecap": "round" },
          ),
        ];
        return [
          ...many(
            7,
            (i) =>
              disc(x, 176, 104 - i * 13, [mid, accent, mid, glow, mid, glow, pale][i], {
                opacity: i % 2 ? .85 : 1,
              }),
          ),
          slab(0, 212, 200, 100, deep),
          path("M-5 226Q90 204 205 230V310H-5Z", night),
          ...cactus(x - 12, 226, 110, night),
          ...cactus(x + 66, 232, 48, night),
          ...cactus(26, 230, 36, night),
        ];
      },
    },
    rails: {
      words: "stagecoach trail mustang abilene cheyenne iron lonesome train road",
      draw({ chance, night, deep, mid, glow, pale, accent }) {
        const x = chance.between(84, 116);
        return [
          disc(x, 146, 40, pale),
          ...many(4, (i) => slab(0, 96 + i * 20, 200, 2 + i * 1.6, glow, { opacity: .5 })),
          peaks(chance, { y: 172, rise: 44, steps: 6, fill: mid }),
          slab(0, 168, 200, 140, deep),
          path(`M${x} 168L${x - 130} 310H${x + 130}Z`, mid),
          ...many(12, (i) => {
            const t = ((i + 1) / 12) ** 2;
            return slab(x - 5 - t * 74, 169 + t * 126, 10 + t * 148, 1 + t * 7, night);
          }),
          path(
            `M${x - 1} 168L${x - 62} 310H${x - 52}L${x - .4} 168ZM${x + 1} 168L${x + 62} 310H${
              x + 52
            }L${x + .4} 168Z`,
            pale,
          ),
          slab(x - 6, 152, 12, 17, night),
          path(`M${x - 4} 152h8l2 -12h-12Z`, night),
          disc(x, 158, 2.4, accent),
          ...many(
            4,
            (i) => disc(x + i * 7, 134 - i * 12, 5 + i * 3, pale, { opacity: .6 - i * .1 }),
          ),
          ...many(3, (i) =>
            stroke(
              `M${178 - i * 16} ${260 - i * 40}V${180 - i * 14}M${168 - i * 16} ${190 - i * 14}H${
                188 - i * 16
              }`,
              night,
              2.6 - i * .7,
            )),
        ];
      },
    },
  },
};
