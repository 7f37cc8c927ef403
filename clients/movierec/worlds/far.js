/* Space: planets, signals, vessels, orbits. */
"use strict";

WORLDS.far = {
  inks: [
    "0b1026 1c2a5e 3f5fa8 f2a65a f6ead2 e4572e",
    "0e171d 12454f 2c8c8c f4d58d f7f3e3 ef6f4a",
    "1a0f2b 43256b 8a4fa3 ff9f80 ffe9d6 ffd166",
  ],
  sky: ({ night, deep, mid }) => [night, night, deep, mid],
  scenes: {
    planet: {
      words: "planet titan andromeda europa orion vesta ganymede moon mars world",
      draw({ chance, night, deep, mid, glow, pale, accent }, svg) {
        const [x, y, r] = [chance.between(85, 115), 128, chance.between(50, 62)];
        const body = gradient(svg, [pale, glow, accent], { x2: .4 });
        const tilt = chance.between(-28, -12);
        const ring = (sweep) =>
          stroke(
            `M${x - r * 1.75} ${y}A${r * 1.75} ${r * .42} 0 0 ${sweep} ${x + r * 1.75} ${y}`,
            pale,
            5,
            { transform: `rotate(${tilt} ${x} ${y})` },
          );
        const thin = (sweep) =>
          stroke(
            `M${x - r * 2} ${y}A${r * 2} ${r * .52} 0 0 ${sweep} ${x + r * 2} ${y}`,
            glow,
            1.4,
            {
              transform: `rotate(${tilt} ${x} ${y})`,
            },
          );
        return [
          ...starsOf({ chance, pale }),
          ring(1),
          thin(1),
          disc(x, y, r, body),
          ring(0),
          thin(0),
          disc(chance.between(20, 60), chance.between(30, 50), 7, mid),
          peaks(chance, { y: 262, rise: 34, steps: 9, fill: deep }),
          peaks(chance, { y: 284, rise: 26, steps: 7, fill: night }),
        ];
      },
    },
    signal: {
      words: "signal transmission electric silent satellite radio contact",
      draw({ chance, night, deep, glow, pale, accent }) {
        const x = chance.between(70, 130);
        return [
          ...starsOf({ chance, pale }, 26),
          ...many(9, (i) =>
            stroke(
              `M${x - 14 - i * 15} 214A${14 + i * 15} ${14 + i * 15} 0 0 1 ${x + 14 + i * 15} 214`,
              i % 3 === 1 ? accent : glow,
              5.5 - i * .5,
              { opacity: 1 - i * .085 },
            )),
          disc(x, 214, 5, pale),
          ridge(chance, { y: 224, rise: 16, steps: 5, fill: deep }),
          ridge(chance, { y: 252, rise: 18, steps: 4, fill: night }),
          slab(x - .7, 212, 1.4, 20, pale),
          path(`M${x - 7} 214Q${x} 224 ${x + 7} 214Z`, pale),
        ];
      },
    },
    vessel: {
      words: "vessel horizon burning colony rocket flight last",
      draw({ chance, night, deep, mid, glow, pale, accent }, svg) {
        const x = chance.between(80, 120);
        const trail = gradient(svg, [pale, glow, accent, deep]);
        return [
          ...starsOf({ chance, pale }),
          disc(x, 330, 150, deep),
          disc(x, 350, 140, mid, { opacity: .5 }),
          path(`M${x - 3} 104L${x - 30} 300H${x + 30}L${x + 3} 104Z`, trail, { opacity: .9 }),
          path(`M${x} 34Q${x + 16} 62 ${x + 9} 104H${x - 9}Q${x - 16} 62 ${x} 34Z`, pale),
          path(`M${x} 34Q${x + 16} 62 ${x + 9} 104H${x}Z`, glow, { opacity: .6 }),
          path(
            `M${x - 10} 82L${x - 22} 112L${x - 8} 104ZM${x + 10} 82L${x + 22} 112L${x + 8} 104Z`,
            accent,
          ),
          disc(x, 66, 4.5, night),
        ];
      },
    },
    orbits: {
      words: "orbital gravity engine machine meridian infinite star stars space time future",
      draw({ chance, night, deep, mid, glow, pale, accent }) {
        const turn = chance.between(0, 360);
        return [
          ...starsOf({ chance, pale }, 20),
          ...many(7, (i) => {
            const r = 26 + i * 17;
            const a = turn + i * chance.between(50, 130);
            const [x, y] = [100 + r * Math.cos(a), 128 + r * Math.sin(a)];
            return [
              stroke(
                `M${100 - r} 128A${r} ${r} 0 1 1 ${100 + r} 128A${r} ${r} 0 1 1 ${100 - r} 128`,
                mid,
                1,
                { opacity: .8 },
              ),
              disc(x, y, chance.between(3, 8), [glow, accent, pale, mid][i % 4]),
            ];
          }).flat(),
          disc(100, 128, 17, glow),
          disc(100, 128, 11, pale),
          ridge(chance, { y: 280, rise: 20, steps: 4, fill: deep }),
          ridge(chance, { y: 296, rise: 14, steps: 5, fill: night }),
        ];
      },
    },
  },
};
