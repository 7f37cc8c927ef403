// deno-lint-ignore-file no-unused-vars -- classic scripts share their names
/* Draws a record sleeve from an artist's name, the same each time; nothing is loaded. */
"use strict";

/** Genres: patterns, palettes [ground, second, third, light, dark], and words that select them. */
const SOUNDS = [
  {
    words:
      "paper velvet second cardboard sleepy corner borrowed lanterns harbours bicycles satellites neighbours parade kitchens",
    patterns: "paper swell forms seeds",
    inks: [
      "f3e9d8 e07a5f 81b29a 3d405b 22223b",
      "22577a 57cc99 f4a259 f7f4ea 0f2b3d",
      "f2cc8f e07a5f 3d405b fffaf0 5a2a27",
    ],
  },
  {
    words:
      "mono lumen binary night carbon vector pulse circuit drift static garden index motion theory",
    patterns: "beats roads screen swell",
    inks: [
      "0b0f1a 00c2a8 ff4d6d e8f1f2 05070d",
      "14112b 5f5af6 19d3da f5f3ff 08061a",
      "e9ecef 111111 ff5d00 111111 adb5bd",
    ],
  },
  {
    words:
      "kid big brother prophet young captain uptown marble cadence ledger mercury verse jericho",
    patterns: "rays bars forms roads",
    inks: [
      "f2b705 1a1a1a d62828 fff8e1 0d0d0d",
      "d62828 1d1a26 f7b801 fff1e6 0b0910",
      "1b4332 f4a300 e85d04 fefae0 081c15",
    ],
  },
  {
    words:
      "otis marguerite theo lorraine cornelius estelle ruben fairweather delacroix monroe whitlock santiago greene baptiste",
    patterns: "bars screen forms beats",
    inks: [
      "0a3d62 f6b93b e55039 f8efe0 061f33",
      "e8dcc4 0b2545 c1121f 0b2545 8d7b5c",
      "7a1f2b f1c27d 2a9d8f fbeedc 3b0d14",
    ],
  },
  {
    words:
      "iron ashen hollow grave obsidian winter black cathedral tongue warden pyre monolith serpent crown",
    patterns: "thorns ridges thorns rays",
    inks: [
      "0a0a0a 3a0d0d 7f1d1d d9d4cc 000000",
      "131316 2b2d42 8d99ae edf2f4 050507",
      "1a1410 5c3d2e b86b3b e8d9c5 0a0705",
    ],
  },
  {
    words:
      "willa jonah hattie silas june caleb maeve thistle holloway marsh birch calloway rivers fenn",
    patterns: "leaves leaves paper seeds",
    inks: [
      "f4ecd8 606c38 bc6c25 283618 283618",
      "283618 dda15e a3b18a fefae0 151d0b",
      "e6ccb2 7f5539 9c6644 3b2415 3b2415",
    ],
  },
  {
    words:
      "neon sugar crystal candy mirror satin electric hearts avenue fever palace bloom weekend romance",
    patterns: "sunset sunset screen rays",
    inks: [
      "5f0f8f ff3d81 ffb627 fff3b0 1b0638",
      "0077b6 ff7096 ffd166 fff0f3 03045e",
      "ff5d8f ffd6e0 ffe45e 7b2cbf 9d174d",
    ],
  },
  {
    words:
      "henrik ottilie anselm clemence viktor isolde matthias aurel brandt ferencz lindqvist valois sorensen hartmann",
    patterns: "pendulum pendulum ridges swell",
    inks: [
      "1c2541 c9a227 8d99ae f8f4e3 0b132b",
      "f5f1e8 a4161a 6c757d 212529 212529",
      "2f3e46 cad2c5 84a98c f4f1de 1b262b",
    ],
  },
];

const SOUND_OF = new Map(
  SOUNDS.flatMap((sound) => sound.words.split(" ").map((word) => [word, sound])),
);

/** Returns an <svg> element of 200 × 200. */
function drawSleeve(name) {
  const chance = chanceOf(name);
  const words = name.toLowerCase().match(/\p{L}+/gu) ?? [];
  const some = chance.pick(SOUNDS);
  const sound = words.map((word) => SOUND_OF.get(word)).find(Boolean) ?? some;
  const ink = chance.pick(sound.inks).split(" ").map((colour) => `#${colour}`);
  const svg = canvas(200, 200);
  const picture = () =>
    shape(
      "g",
      {},
      slab(0, 0, 200, 200, ink[0]),
      ...PATTERNS[chance.pick(sound.patterns.split(" "))]({ chance, ink, svg }),
    );
  const layout = canLetter(name) ? chance.pick(SLEEVES) : nameBelow;
  layout({ svg, picture, name, ink, chance });
  return svg;
}

const EDGE = 14;

const SLEEVES = [
  /** Full picture, name on a label in a corner. */
  function label({ svg, picture, name, ink: [ground, , , light], chance }) {
    const at = lineFor(name, { most: 9.5, room: 150, weight: .17, tracking: .16 });
    const [x, y] = chance.pick([[EDGE, EDGE], [EDGE, 200 - EDGE - at.height - 14], [
      200 - EDGE - at.width - 14,
      200 - EDGE - at.height - 14,
    ]]);
    const [back, front] = contrast(ground, light) > 3 ? [light, ground] : ["#ffffff", "#111111"];
    svg.append(
      picture(),
      slab(x, y, at.width + 14, at.height + 14, back),
      lettering(name, { x: x + 7, y: y + 7, ...at, fill: front }),
    );
  },
  /** Band of one colour with the name at full width. */
  function band({ svg, picture, name, ink: [ground, , , light, dark] }) {
    const at = lineFor(name, { most: 30, room: 200 - 2 * EDGE, weight: .18, tracking: .09 });
    const band = at.height + 26;
    const [back, front] = contrast(dark, light) > 4
      ? [dark, light]
      : contrast(ground, dark) > 4
      ? [ground, dark]
      : ["#111111", "#ffffff"];
    svg.append(
      shape("g", { transform: `translate(0 ${-band / 2})` }, picture()),
      slab(0, 200 - band, 200, band, back),
      lettering(name, { x: EDGE, y: 200 - band + 13, ...at, fill: front }),
    );
  },
  /** Picture as a print with a wide margin. */
  function print({ svg, picture, name, ink: [ground, second, , light, dark] }) {
    const paper = luminance(ground) > .5 ? ground : luminance(light) > .5 ? light : "#f4f1ea";
    const front = contrast(paper, dark) > 4 ? dark : "#111111";
    const at = lineFor(name, { most: 10, room: 146, weight: .13, tracking: .34 });
    svg.append(
      slab(0, 0, 200, 200, paper),
      box({ x: 27, y: 20, width: 146, height: 146, viewBox: "0 0 200 200" }, picture()),
      lettering(name, { x: 100 - at.width / 2, y: 179 - at.height / 2, ...at, fill: front }),
      slab(27, 20, 146, 146, "none", { stroke: second, "stroke-width": .6 }),
    );
  },
  /** Picture inside the initial letter, which fills the sleeve. */
  function initial({ svg, picture, name, ink: [ground, second, third, light, dark], chance }) {
    const letter = name.replace(/^the /i, "")[0];
    const at = lineFor(name, { most: 9, room: 172, weight: .16, tracking: .3 });
    const back = chance.pick(
      [second, third, light, dark].filter((colour) => contrast(colour, ground) > 2),
    );
    const front = [dark, light, "#ffffff", "#111111"].find((colour) =>
      contrast(colour, back) > 4.5
    );
    const wide = Math.min(172, letteringWidth(letter, { height: 142, weight: .24, stretch: 1.9 }));
    const id = freshId();
    svg.append(
      shape(
        "mask",
        { id },
        lettering(letter, {
          x: 100 - wide / 2,
          y: 44,
          height: 142,
          width: wide,
          weight: .24,
          fill: "#ffffff",
        }),
      ),
      slab(0, 0, 200, 200, back),
      shape("g", { mask: `url(#${id})` }, picture()),
      lettering(name, { x: EDGE, y: EDGE, ...at, fill: front }),
    );
  },
  /** Vertical strip at the left edge, like a spine. */
  function strip({ svg, picture, name, ink: [ground, , third, light, dark] }) {
    const at = lineFor(name, { most: 13, room: 172, weight: .16, tracking: .2 });
    const back = contrast(third, ground) > 1.4 ? third : dark;
    const front = [dark, light, "#ffffff", "#111111"].find((colour) =>
      contrast(colour, back) > 4.5
    );
    svg.append(
      shape("g", { transform: "translate(18 0)" }, picture()),
      slab(0, 0, 36, 200, back),
      lettering(name, {
        x: -EDGE - at.width,
        y: 18 - at.height / 2,
        ...at,
        fill: front,
        transform: "rotate(-90)",
      }),
    );
  },
];

/** For names in scripts without stroke letters. */
function nameBelow({ svg, picture, name, ink: [, , , light, dark] }) {
  const text = shape("text", {
    x: EDGE,
    y: 188,
    "font-size": Math.min(18, 240 / name.length),
    "font-weight": 700,
    fill: contrast(dark, light) > 3 ? light : "#ffffff",
  });
  text.textContent = name;
  svg.append(picture(), slab(0, 164, 200, 36, dark), text);
}

/** Returns the options of `lettering` at which a name fits into `room`. */
function lineFor(name, { most, room, weight, tracking }) {
  const per = letteringWidth(name, { height: 1, weight, tracking, stretch: .95 });
  const height = Math.min(most, room / per);
  return { height, width: height * per, weight, tracking };
}
