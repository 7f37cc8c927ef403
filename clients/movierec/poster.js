// deno-lint-ignore-file no-unused-vars -- classic scripts share their names
/* Draws a film poster from its title, the same each time; nothing is loaded. Words of the title
   decide scene and colours, a random generator seeded by the title the rest. */
"use strict";

/** Scene and world by title word. */
const SHOWN_BY = new Map(
  Object.values(WORLDS).flatMap((world) =>
    Object.values(world.scenes).flatMap((scene) =>
      scene.words.split(" ").map((word) => [word, { world, scene }])
    )
  ),
);

/** Returns an <svg> element of 200 × 300. */
function drawPoster(fullTitle) {
  const chance = chanceOf(fullTitle);
  const [, whole, year] = /^(.*?)(?: \((\d{4})\))?$/.exec(fullTitle);
  const title = asShown(whole);
  const { world, scene } = subjectOf(title, chance);
  const flip = chance.maybe(.5) ? "translate(200 0) scale(-1 1)" : "";
  const inks = chance.pick(world.inks).split(" ").map((ink) => `#${ink}`);
  const [night, deep, mid, glow, pale, accent] = inks;
  const ink = { chance, night, deep, mid, glow, pale, accent };
  const svg = canvas(200, 300);
  const picture = () =>
    shape(
      "g",
      {},
      slab(-5, -80, 210, 420, gradient(svg, world.sky(ink))),
      shape("g", { transform: flip }, ...scene.draw(ink, svg)),
    );
  const layout = canLetter(title) ? chance.pick(LAYOUTS) : plainText;
  layout({ ...ink, svg, picture, title, year });
  return svg;
}

/** Removes names in brackets and moves a trailing article to the front ("Matrix, The"). */
function asShown(title) {
  const name = title.replace(/(?<=.) \([^()]*\)/g, "");
  return name.replace(/^(.+), (The|An?|L[ae]s?|Les|Il|El|Der|Die|Das)$/, "$2 $1");
}

/**
 * Returns the scene of the last known word before "of" or "in", else of one after it. In 40 % of
 * cases it is any scene of the same world, so that similar titles differ.
 */
function subjectOf(title, chance) {
  const parts = title.toLowerCase().split(/ (?:of|in|from|at) /);
  const words = parts.flatMap((part) => (part.match(/\p{L}+/gu) ?? []).reverse());
  const said = words.map((word) => SHOWN_BY.get(word)).find(Boolean);
  if (said && chance.maybe(.6)) return said;
  const world = said?.world ?? chance.pick(Object.values(WORLDS));
  return { world, scene: chance.pick(Object.values(world.scenes)) };
}

/* ── Layouts of picture and title ── */

const LAYOUTS = [
  /** Full-bleed picture, title justified at the bottom. */
  function foot({ svg, picture, title, year, night, pale }) {
    const scene = picture();
    scene.setAttribute("transform", "translate(0 -26)");
    svg.append(
      scene,
      slab(0, 130, 200, 170, gradient(svg, [`${night}00`, `${night}e6`, night])),
    );
    const height = stackHeight(title, STACK);
    stack(svg, title, { ...STACK, y: 284 - height - (year ? 13 : 0), fill: pale });
    if (year) footer(svg, year, { y: 281, fill: pale });
  },
  /** Title at the top, picture below. */
  function head({ svg, picture, title, year, night, pale }) {
    const height = stackHeight(title, STACK);
    const scene = picture();
    scene.setAttribute("transform", `translate(0 ${Math.max(0, height - 26)})`);
    svg.append(
      scene,
      slab(0, 0, 200, height + 70, gradient(svg, [`${night}d9`, `${night}99`, `${night}00`])),
    );
    stack(svg, title, { ...STACK, y: 17, fill: pale });
    if (year) footer(svg, year, { y: 282, fill: pale });
  },
  /** Picture as a print with a paper margin. */
  function print({ svg, picture, title, year, night, deep, pale, accent }) {
    const words = { x: 16, width: 168, most: 25, weight: .17, tracking: .08 };
    const height = stackHeight(title, words);
    const room = 300 - 16 - 16 - height - 24;
    svg.append(
      slab(0, 0, 200, 300, pale),
      box({
        x: 16,
        y: 16,
        width: 168,
        height: room,
        viewBox: `0 ${150 - room * .6} 200 ${room * 200 / 168}`,
      }, picture()),
    );
    stack(svg, title, { ...words, y: 16 + room + 12, fill: night });
    if (year) footer(svg, year, { y: 283, fill: contrast(accent, pale) > 2.4 ? accent : deep });
  },
  /** Block of colour with heavy narrow letters below the picture. */
  function block({ svg, picture, title, year, night, accent, glow, pale }) {
    const words = { x: 14, width: 172, most: 46, weight: .2, tracking: .07 };
    const height = stackHeight(title, words);
    const top = 300 - height - (year ? 42 : 28);
    const light = luminance(accent) > .32 ? accent : luminance(glow) > .32 ? glow : pale;
    svg.append(
      box({
        x: 0,
        y: 0,
        width: 200,
        height: top,
        viewBox: `0 ${Math.max(0, 132 - top * .55)} 200 ${top}`,
      }, picture()),
      slab(0, top, 200, 300 - top, light),
    );
    stack(svg, title, { ...words, y: top + 14, fill: night });
    if (year) footer(svg, year, { y: 282, fill: night });
  },
  /** Frame of hairlines, wide thin letters. */
  function thin({ svg, picture, title, year, night, pale }) {
    svg.append(
      picture(),
      slab(0, 0, 200, 120, gradient(svg, [`${night}cc`, `${night}00`])),
      slab(0, 150, 200, 150, gradient(svg, [`${night}00`, `${night}d9`, night])),
    );
    svg.append(slab(8, 8, 184, 284, "none", { stroke: pale, "stroke-width": .8 }));
    const lines = linesOf(title);
    const height = Math.min(
      15,
      ...lines.map((line) => 156 / letteringWidth(line, { height: 1, weight: .1, tracking: .5 })),
    );
    lines.forEach((line, i) =>
      svg.append(
        lettering(line, {
          x: 100,
          y: 274 - (lines.length - i) * height * 1.55,
          height,
          anchor: .5,
          weight: .1,
          tracking: .5,
          fill: pale,
        }),
      )
    );
    if (year) {
      svg.append(
        lettering(roman(Number(year)), {
          x: 100,
          y: 20,
          height: 6.5,
          anchor: .5,
          weight: .1,
          tracking: .7,
          fill: pale,
        }),
      );
    }
  },
  /** Vertical title on a strip at the left edge. */
  function side({ svg, picture, title, year, night, deep, pale, accent }) {
    const short = title.length <= 22;
    const lines = short ? [title] : linesOf(title, 2);
    const strip = short ? 46 : 66;
    const height = short ? 26 : 19;
    svg.append(
      box({
        x: strip,
        y: 0,
        width: 200 - strip,
        height: 300,
        viewBox: `${strip / 2} 0 ${200 - strip} 300`,
      }, picture()),
      slab(0, 0, strip, 300, luminance(deep) < .2 ? deep : night),
    );
    lines.forEach((line, i) => {
      const most = letteringWidth(line, { height, weight: .16, tracking: .1, stretch: 1.15 });
      svg.append(
        lettering(line, {
          x: -284,
          y: 10 + i * (height + 7),
          height,
          width: Math.min(268, most),
          weight: .16,
          tracking: .1,
          fill: pale,
          transform: "rotate(-90)",
        }),
      );
    });
    if (year) {
      svg.append(
        lettering(year, {
          x: 188,
          y: 282,
          height: 7,
          anchor: 1,
          weight: .14,
          tracking: .3,
          fill: pale,
        }),
      );
    }
    svg.append(slab(strip, 0, 1.6, 300, accent));
  },
];

/** For titles in scripts without stroke letters. */
function plainText({ svg, picture, title, night, pale }) {
  const lines = linesOf(title);
  const size = Math.min(24, 250 / Math.max(...lines.map((line) => line.length)));
  svg.append(picture(), slab(0, 190, 200, 110, gradient(svg, [`${night}00`, night])));
  lines.forEach((line, i) => {
    const text = shape("text", {
      x: 100,
      y: 284 - (lines.length - 1 - i) * size * 1.25,
      "font-size": size,
      "font-weight": 700,
      "text-anchor": "middle",
      fill: pale,
    });
    text.textContent = line;
    svg.append(text);
  });
}
