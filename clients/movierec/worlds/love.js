/* Romance: seas, umbrellas, flowers. */
"use strict";

WORLDS.love = {
  inks: [
    "4a1635 a13a5b e5707a ffb38a fff1e0 2f6f8f",
    "173f5f 2f7f98 78c3b8 ffd97d fff8e8 ee6055",
    "5b2333 c8553d f28f3b ffd5a1 fff5e6 1f7a6d",
  ],
  sky: ({ deep, mid, glow }) => [mid, glow, glow, deep],
  scenes: {
    sea: {
      words: "capri lisbon honeymoon holiday summer kiss beach sunday sunset island",
      draw({ chance, night, deep, mid, glow, pale, accent }) {
        const x = chance.between(78, 122);
        const sail = chance.between(34, 150);
        return [
          disc(x, 146, 54, pale),
          disc(x, 146, 54, glow, { opacity: .55 }),
          slab(0, 178, 200, 130, deep),
          ...many(9, (i) =>
            slab(
              x - 52 + i * 5 + chance.between(-8, 8),
              184 + i * 9,
              104 - i * 10,
              3.4,
              i % 2 ? pale : glow,
              { rx: 1.7 },
            )),
          ...many(6, (i) =>
            stroke(
              `M-5 ${200 + i * 18}q12 -6 25 0t25 0t25 0t25 0t25 0t25 0t25 0t25 0t25 0`,
              night,
              1.2,
              { opacity: .35 },
            )),
          path(`M${sail} 118V174H${sail - 26}Z`, accent),
          path(`M${sail + 3} 132V174H${sail + 18}Z`, pale),
          path(`M${sail - 28} 177H${sail + 22}L${sail + 14} 188H${sail - 20}Z`, night),
          stroke(`M20 60q8 -8 14 0q6 -8 14 0M60 44q5 -5 9 0q4 -5 9 0`, night, 1.4),
          slab(0, 176, 200, 1.4, mid),
        ];
      },
    },
    umbrellas: {
      words: "umbrella lemonade brooklyn vienna madrid accidental lucky rain",
      draw({ chance, night, deep, mid, glow, pale, accent }) {
        const chosen = chance.whole(5, 9);
        const places = many(
          15,
          (i) => [(i % 3) * 76 + (Math.floor(i / 3) % 2 ? 62 : 24), Math.floor(i / 3) * 58 + 22],
        );
        return places.flatMap(([x, y], i) => {
          const turn = chance.between(0, 45);
          const [a, b] = i === chosen
            ? [accent, pale]
            : chance.pick([[deep, night], [mid, deep], [glow, mid]]);
          return many(8, (k) => {
            const [s, e] = [turn + k * 45, turn + k * 45 + 45].map((t) => t * Math.PI / 180);
            return path(
              `M${x} ${y}L${x + 33 * Math.cos(s)} ${y + 33 * Math.sin(s)}Q${
                x + 28 * Math.cos((s + e) / 2)
              } ${y + 28 * Math.sin((s + e) / 2)} ${x + 33 * Math.cos(e)} ${y + 33 * Math.sin(e)}Z`,
              k % 2 ? a : b,
            );
          }).concat(disc(x, y, 2, pale));
        });
      },
    },
    bouquet: {
      words: "bouquet wedding waltz serenade provence sweet bride rose love heart",
      draw({ chance, night, deep, mid, glow, pale, accent }) {
        const flower = (x, y, r, fill, heart) =>
          many(
            8,
            (i) =>
              shape("ellipse", {
                cx: x,
                cy: y - r * .62,
                rx: r * .3,
                ry: r * .5,
                fill,
                transform: `rotate(${i * 45 + chance.between(-6, 6)} ${x} ${y})`,
              }),
          ).concat(disc(x, y, r * .3, heart));
        const heads = [
          [100, 84, 38, accent, pale],
          [54, 120, 31, glow, accent],
          [146, 116, 33, pale, glow],
          [84, 152, 27, mid, pale],
          [126, 160, 25, accent, glow],
          [38, 70, 20, pale, accent],
          [164, 66, 20, mid, pale],
        ];
        return [
          ...heads.map(([x, y]) =>
            stroke(`M${x} ${y}Q${(x + 100) / 2 + 6} 190 100 236`, night, 2.2)
          ),
          ...many(
            8,
            (i) =>
              path("M0 0Q14 -14 34 0Q14 10 0 0Z", deep, {
                transform: `translate(${88 + i * 3} ${188 - i * 6}) rotate(${
                  i % 2 ? -30 - i * 6 : 200 + i * 8
                })`,
              }),
          ),
          ...heads.flatMap((head) => flower(...head)),
          path("M76 214L124 214L112 300H88Z", deep),
          path("M76 214L124 214L121 228H79Z", glow),
        ];
      },
    },
  },
};
