/* Fairy tale: castles, balloons, lighthouses, whales. */
"use strict";

WORLDS.tale = {
  inks: [
    "1d2b53 3b4f9c 7f9be0 ffcf6b fff6df f2685c",
    "17413f 2b7a6b 7cc6a4 ffd98a fdf6e0 f0684d",
    "3a1f4f 75469b c58ad0 ffc38f fff0e4 ffe066",
  ],
  sky: ({ night, deep, mid }) => [night, deep, mid, mid],
  scenes: {
    castle: {
      words: "castle dragon pippinwood larkspur tumbledown teapot king queen princess magic",
      draw({ chance, night, deep, mid, glow, pale, accent }) {
        const tower = (
          x,
          w,
          top,
          fill,
        ) => [
          slab(x - w / 2, top, w, 210 - top, fill),
          path(`M${x - w / 2 - 4} ${top}L${x} ${top - w * 1.5}L${x + w / 2 + 4} ${top}Z`, accent),
          stroke(`M${x} ${top - w * 1.5}v-12`, night, 1.2),
          path(`M${x} ${top - w * 1.5 - 12}l11 4l-11 4Z`, glow),
          slab(x - 1.8, top + 12, 3.6, 9, glow, { rx: 1.8 }),
        ];
        const cloud = (x, y, s, fill) =>
          shape(
            "g",
            { transform: `translate(${x} ${y}) scale(${s})`, fill },
            disc(-34, 4, 20),
            disc(-8, -8, 28),
            disc(24, -2, 24),
            disc(48, 8, 15),
            slab(-54, 4, 116, 20, fill, { rx: 10 }),
          );
        return [
          disc(chance.between(50, 150), 78, 40, glow),
          ...starsOf({ chance, pale }, 16),
          cloud(40, 236, .9, mid),
          ...tower(70, 20, 140, pale),
          ...tower(134, 22, 128, pale),
          ...tower(102, 26, 98, pale),
          slab(60, 166, 86, 46, pale),
          ...many(5, (i) => slab(60 + i * 19, 159, 10, 8, pale)),
          path("M92 212v-20a10 12 0 0 1 20 0v20Z", night),
          cloud(104, 224, 1.2, pale),
          cloud(40, 262, .8, mid),
          cloud(160, 272, .9, deep),
          cloud(10, 294, 1.1, deep),
        ];
      },
    },
    balloon: {
      words: "balloon cloud flying compass windmill marvellous brave adventure",
      draw({ chance, night, deep, mid, glow, pale, accent }) {
        const balloon = (x, y, r, stripes) => {
          const gore = (k, fill) =>
            path(
              `M${x} ${y - r}C${x + k * r * 1.3} ${y - r} ${x + k * r * 1.25} ${y + r * .5} ${
                x + k * r * .2
              } ${y + r * 1.25}H${x - k * r * .2}C${x - k * r * 1.25} ${y + r * .5} ${
                x - k * r * 1.3
              } ${y - r} ${x} ${y - r}Z`,
              fill,
            );
          return [
            gore(1, stripes[0]),
            gore(.68, stripes[1]),
            gore(.36, stripes[0]),
            gore(.12, stripes[1]),
            stroke(
              `M${x - r * .2} ${y + r * 1.25}L${x - r * .12} ${y + r * 1.6}M${x + r * .2} ${
                y + r * 1.25
              }L${x + r * .12} ${y + r * 1.6}`,
              night,
              1,
            ),
            slab(x - r * .16, y + r * 1.6, r * .32, r * .24, night, { rx: 1.5 }),
          ];
        };
        const [x, side] = [chance.between(84, 116), chance.pick([34, 166])];
        return [
          disc(200 - side, 70, 22, pale),
          ...balloon(side, 64, 15, [glow, deep]),
          ...balloon(200 - side + 8, 178, 10, [pale, accent]),
          ...balloon(x, 112, 48, [accent, pale]),
          ridge(chance, { y: 250, rise: 26, steps: 4, fill: mid }),
          ridge(chance, { y: 266, rise: 24, steps: 3, fill: deep }),
          ridge(chance, { y: 288, rise: 14, steps: 4, fill: night }),
        ];
      },
    },
    lighthouse: {
      words: "lighthouse bay bramble starfall moonlit curious snowman",
      draw({ chance, night, deep, mid, glow, pale, accent }) {
        const x = chance.pick([66, 134]);
        const to = x < 100 ? 1 : -1;
        return [
          ...starsOf({ chance, pale }, 24),
          path(`M${x} 92L${x + to * 190} 40V128Z`, glow, { opacity: .55 }),
          path(`M${x} 92L${x - to * 120} 70V112Z`, glow, { opacity: .3 }),
          path(`M${x - 11} 106H${x + 11}L${x + 20} 240H${x - 20}Z`, pale),
          ...many(3, (i) =>
            path(
              `M${x - 12.5 - i * 2.9} ${124 + i * 40}H${x + 12.5 + i * 2.9}L${x + 14 + i * 2.9} ${
                144 + i * 40
              }H${x - 14 - i * 2.9}Z`,
              accent,
            )),
          slab(x - 14, 102, 28, 4, night),
          slab(x - 8, 84, 16, 18, glow),
          path(`M${x - 11} 85L${x} 70L${x + 11} 85Z`, night),
          path(`M${x - 60} 300Q${x - 40} 236 ${x} 236T${x + 64} 300Z`, night),
          slab(0, 264, 200, 50, deep),
          ...many(
            4,
            (i) =>
              stroke(
                `M-8 ${
                  272 + i * 9
                }q8 -7 16 0t16 0t16 0t16 0t16 0t16 0t16 0t16 0t16 0t16 0t16 0t16 0t16 0`,
                i % 2 ? mid : pale,
                1.4,
              ),
          ),
        ];
      },
    },
    whale: {
      words: "whale acorn fox clockwork runaway tiny fish sea",
      draw({ chance, night, deep, mid, glow, pale, accent }) {
        const flip = chance.maybe(.5) ? "" : "translate(200 0) scale(-1 1)";
        return [
          disc(chance.between(60, 140), 66, 30, glow),
          ...starsOf({ chance, pale }, 18),
          slab(0, 124, 200, 180, deep),
          stroke("M-5 124q10 -8 20 0t20 0t20 0t20 0t20 0t20 0t20 0t20 0t20 0t20 0t20 0", pale, 2),
          path("M84 122h32l-6 -12h-20ZM99 108v-28l18 24Z", accent),
          shape(
            "g",
            { transform: flip },
            path(
              "M18 196C24 160 84 152 128 170C150 180 164 186 172 172C166 168 160 158 164 152C174 156 180 160 184 158C190 152 196 154 198 160C192 172 190 204 150 214C104 232 26 232 18 196Z",
              night,
            ),
            path("M20 204C40 216 80 214 112 204C100 222 30 228 20 204Z", pale),
            disc(46, 192, 2.6, pale),
            path("M84 208Q86 232 108 240Q110 222 104 208Z", mid),
          ),
          ...many(
            12,
            () =>
              disc(
                chance.between(10, 190),
                chance.between(140, 296),
                chance.between(.8, 2.6),
                pale,
                {
                  opacity: .5,
                },
              ),
          ),
          ridge(chance, { y: 290, rise: 20, steps: 4, fill: night }),
        ];
      },
    },
  },
};
