/**
 * Sample data: invented artists with simulated play counts, implicit feedback for the demo and the
 * tests. Runs in any JavaScript runtime.
 */
import { type Chance, chanceOf } from "./chance.ts";
import { csvText } from "./csv_text.ts";

/** Two CSV texts: items `artist_id,name,tags`; interactions `listener_id,artist_id,plays`. */
export interface MusicSample {
  items: string;
  interactions: string;
}

interface Artist {
  id: string;
  name: string;
  tags: string[];
  scene: number;
  /** Relative frequency; long-tailed. */
  fame: number;
}

const ARTISTS = 360;
const LISTENERS = 320;

/** Scenes: tags, and name patterns where 1 is a word of `first`, 2 and 3 are words of `second`. */
const SCENES: { tags: string; first: string; second: string; names: string[] }[] = [
  {
    tags: "indie rock,alternative,guitar,lo-fi",
    first: "Paper Velvet Second Cardboard Sleepy Corner Borrowed",
    second: "Lanterns Harbours Bicycles Satellites Neighbours Parade Kitchens",
    names: ["1 2", "The 1 2", "1 & the 2", "The 2", "2 at 1 Corner"],
  },
  {
    tags: "electronic,techno,ambient,house",
    first: "Mono Lumen Binary Night Carbon Vector Pulse",
    second: "Circuit Drift Static Garden Index Motion Theory",
    names: ["1 2", "12", "2", "1 / 2", "2 3"],
  },
  {
    tags: "hip-hop,rap,beats,spoken word",
    first: "Kid Big Brother Prophet Young Captain Uptown",
    second: "Marble Cadence Ledger Avenue Mercury Verse Jericho",
    names: ["1 2", "1 2", "2", "2 3", "1 2 & 3"],
  },
  {
    tags: "jazz,bebop,swing,instrumental",
    first: "Otis Marguerite Theo Lorraine Cornelius Estelle Ruben",
    second: "Fairweather Delacroix Monroe Whitlock Santiago Greene Baptiste",
    names: ["1 2", "1 2", "The 2 Five", "1 2 Trio", "The 2 Quartet"],
  },
  {
    tags: "metal,doom,heavy,hard rock",
    first: "Iron Ashen Hollow Grave Obsidian Winter Black",
    second: "Cathedral Tongue Warden Pyre Monolith Serpent Crown",
    names: ["1 2", "1 2", "2", "2 of the 3", "1"],
  },
  {
    tags: "folk,acoustic,singer-songwriter,country",
    first: "Willa Jonah Hattie Silas June Caleb Maeve",
    second: "Thistle Holloway Marsh Birch Calloway Rivers Fenn",
    names: ["1 2", "1 2", "2 & 3", "The 2 Family", "1 & the 2 Boys"],
  },
  {
    tags: "pop,dance,synth-pop,disco",
    first: "Neon Sugar Crystal Candy Mirror Satin Electric",
    second: "Hearts Avenue Fever Palace Bloom Weekend Romance",
    names: ["1 2", "1 2", "1 & the 2", "2 3", "The 1 2"],
  },
  {
    tags: "classical,piano,minimalism,strings",
    first: "Henrik Ottilie Anselm Clemence Viktor Isolde Matthias",
    second: "Aurel Brandt Ferencz Lindqvist Valois Sorensen Hartmann",
    names: ["1 2", "1 2", "2 Ensemble", "The 2 Quartet", "2 & 3"],
  },
];

/** Generates the sample; deterministic by seed. About 11,000 rows. */
export function musicSample(seed = 1): MusicSample {
  const chance = chanceOf(seed);
  const artists = makeArtists(chance);
  return {
    items: csvText(
      ["artist_id", "name", "tags"],
      artists.map(({ id, name, tags }) => [id, name, tags.join("|")]),
    ),
    interactions: csvText(
      ["listener_id", "artist_id", "plays"],
      Array.from({ length: LISTENERS }, (_, i) => playsOf(i + 1, artists, chance)).flat(),
    ),
  };
}

function makeArtists(chance: Chance): Artist[] {
  const names = new Set<string>();
  const fame = chance.shuffle(Array.from({ length: ARTISTS }, (_, rank) => 1 / (rank + 10)));
  return fame.map((fame, i) => {
    const scene = chance.whole(0, SCENES.length - 1);
    let name = nameIn(scene, chance);
    while (names.has(name)) name = nameIn(scene, chance);
    names.add(name);
    const tags = chance.shuffle(SCENES[scene].tags.split(",")).slice(0, chance.whole(2, 3));
    return { id: `a${String(i + 1).padStart(4, "0")}`, name, tags, scene, fame };
  });
}

function nameIn(scene: number, chance: Chance): string {
  const { names, ...words } = SCENES[scene];
  const first = chance.pick(words.first.split(" "));
  const [second, third] = chance.shuffle(words.second.split(" "));
  return chance.pick(names).replace("1", first).replace("2", second).replace("3", third);
}

/**
 * Returns the play counts of one listener: one favourite scene, two liked ones, the others by fame
 * alone.
 */
function playsOf(listener: number, artists: Artist[], chance: Chance): (string | number)[][] {
  const order = chance.shuffle(SCENES.map((_, scene) => scene));
  const liking = artists.map(({ scene }) => [1, 0.35, 0.25][order.indexOf(scene)] ?? 0.03);
  const count = Math.max(8, Math.min(90, Math.round(32 * 1.5 ** chance.normal())));
  const heard = chance.sample(artists.map(({ fame }, i) => fame * liking[i]), count);
  return heard.map((index) => [
    `l${String(listener).padStart(4, "0")}`,
    artists[index].id,
    Math.max(1, Math.round(30 * liking[index] * 2.6 ** chance.normal())),
  ]);
}
