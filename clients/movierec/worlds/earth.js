/* Documentary: glaciers, maps, reefs. */
"use strict";

WORLDS.earth = {
  inks: [
    "0e2a3b 1f5673 5b9fb5 cfe3df f5f6ee f08a4b",
    "1c2b1d 3f5f3a 86a563 e2d9a1 f6f2dd d1603d",
    "262626 555b61 9aa3a8 e6e2d8 f7f5f0 e2522b",
  ],
  sky: ({ deep, mid, glow }) => [deep, mid, glow, glow],
  scenes: {
    glacier: {
      words: "glacier iceland svalbard patagonia northern unseen ice mountain snow",
      draw({ chance, night, deep, mid, glow, pale, accent }) {
        const peak = (
          x,
          y,
          w,
          h,
          fill,
          snow,
        ) => [
          path(`M${x} ${y}L${x + w} ${y + h}H${x - w}Z`, fill),
          path(
            `M${x} ${y}L${x + w * .36} ${y + h * .36}L${x + w * .16} ${y + h * .31}L${
              x + w * .04
            } ${y + h * .44}L${x - w * .12} ${y + h * .3}L${x - w * .34} ${y + h * .34}Z`,
            snow,
          ),
          path(`M${x} ${y}L${x + w} ${y + h}H${x + w * .1}L${x + w * .02} ${y + h * .4}Z`, night, {
            opacity: .18,
          }),
        ];
        return [
          disc(chance.between(40, 160), 74, 24, accent),
          ...peak(38, 122, 74, 110, mid, pale),
          ...peak(166, 112, 80, 120, mid, pale),
          ...peak(100, 76, 86, 150, deep, pale),
          path("M-5 222Q60 206 110 222T205 216V310H-5Z", glow),
          path("M-5 246Q70 228 130 250T205 240V310H-5Z", pale),
          path("M-5 272Q60 256 120 276T205 268V310H-5Z", deep),
          figure(chance.between(60, 140), 240, 18, night),
        ];
      },
    },
    contours: {
      words: "map archive border sahel factory memphis measured recorded earth",
      draw({ chance, night, deep, mid, glow, pale, accent }) {
        const [x, y] = [chance.between(80, 120), chance.between(112, 140)];
        const [a, b, c] = [0, 1, 2].map(() => chance.between(0, 6.3));
        const ring = (r) => {
          const points = many(48, (i) => {
            const t = i / 48 * 2 * Math.PI;
            const k = r *
              (1 + .16 * Math.sin(2 * t + a) + .1 * Math.sin(3 * t + b) +
                .05 * Math.sin(5 * t + c));
            return `${(x + k * Math.cos(t)).toFixed(1)} ${(y + k * 1.1 * Math.sin(t)).toFixed(1)}`;
          });
          return `M${points.join("L")}Z`;
        };
        return [
          ...many(13, (i) =>
            path(
              ring(188 - i * 14),
              [deep, night, deep, mid, deep, mid, mid, glow, mid, glow, glow, pale, pale][i],
            )),
          ...many(13, (i) => stroke(ring(188 - i * 14), pale, .7, { opacity: .6 })),
          stroke(`M${x} ${y}L${x + 60} ${y + 76}L${x + 34} ${y + 150}`, accent, 2, {
            "stroke-dasharray": "5 4",
          }),
          disc(x, y, 4.5, accent),
        ];
      },
    },
    reef: {
      words: "reef monsoon bengal harvest chorus orchestra ocean deep blue",
      draw({ chance, night, deep, mid, glow, pale, accent }) {
        const coral = (x, h, fill) =>
          stroke(
            `M${x} 310V${300 - h}M${x} ${300 - h * .3}Q${x - 16} ${300 - h * .4} ${x - 15} ${
              300 - h * .72
            }M${x} ${300 - h * .5}Q${x + 15} ${300 - h * .58} ${x + 14} ${300 - h * .9}`,
            fill,
            6.5,
            { "stroke-linecap": "round" },
          );
        const fish = (x, y, s, fill) =>
          path("M0 0C6 -7 18 -7 24 0L32 -6V6L24 0C18 7 6 7 0 0Z", fill, {
            transform: `translate(${x} ${y}) scale(${s})`,
          });
        return [
          ...many(
            4,
            (i) =>
              path(
                `M${20 + i * 40} -5L${i * 54 - 30} 300H${i * 54 + 10}L${38 + i * 40} -5Z`,
                pale,
                {
                  opacity: .14,
                },
              ),
          ),
          ...many(11, (i) =>
            fish(
              chance.between(10, 160),
              60 + i * 12 + chance.between(-6, 6),
              chance.between(.5, 1),
              i === 5 ? accent : pale,
            )),
          fish(chance.between(50, 90), 148, 2.1, glow),
          ridge(chance, { y: 262, rise: 26, steps: 4, fill: deep }),
          ...[[22, 84, mid], [58, 62, accent], [96, 50, glow], [140, 74, mid], [178, 96, accent]]
            .map((
              one,
            ) => coral(...one)),
          ridge(chance, { y: 288, rise: 14, steps: 5, fill: night }),
        ];
      },
    },
  },
};
