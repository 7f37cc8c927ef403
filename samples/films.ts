/**
 * Sample data: an invented film catalogue with simulated ratings, for the demo, the tests and "Try
 * it with sample data". Runs in any JavaScript runtime.
 */
import { type Chance, chanceOf } from "./chance.ts";
import { csvText } from "./csv_text.ts";

/**
 * Two CSV texts: items `film_id,title,genres,year`; interactions
 * `user_id,film_id,rating,timestamp`.
 */
export interface FilmSample {
  items: string;
  interactions: string;
}

interface Film {
  id: number;
  title: string;
  genres: string[];
  year: number;
  /** Standard normal; half of it is added to the stars. */
  quality: number;
  /** Relative frequency; long-tailed. */
  fame: number;
}

const FILMS = 600;
const USERS = 400;
/** 1 March 2021, in seconds since the epoch. */
const OPENING = 1_614_556_800;
const THREE_YEARS = 3 * 365 * 86_400;

/** Groups of genres that appeal to the same users; a film has genres of one group. */
const CIRCLES = [
  ["Science Fiction", "Adventure", "Thriller"],
  ["Horror", "Mystery", "Thriller"],
  ["Romance", "Comedy", "Musical"],
  ["Drama", "Romance", "History"],
  ["Crime", "Thriller", "Drama"],
  ["Animation", "Family", "Fantasy"],
  ["Western", "Adventure", "History"],
  ["Documentary", "History", "Music"],
] as const;

/** Title words by genre group: adjectives, things, places. */
const WORDS: [string, string, string][] = [
  [
    "Silent Distant Orbital Second Hollow Burning Last Electric Frozen Infinite",
    "Signal Horizon Colony Engine Satellite Transmission Gravity Vessel Machine Meridian",
    "Titan Andromeda Europa Orion Vesta Ganymede",
  ],
  [
    "Pale Whispering Buried Black Sleepless Crooked Drowned Nameless Locked Withered",
    "Cellar Lantern Chapel Mirror Orchard Attic Hunger Shadow Well Staircase",
    "Ashgrove Ravenmoor Hallowfield Blackwater Thornhill Greywick",
  ],
  [
    "Sweet Accidental Borrowed Lucky Sunday Golden Hopeless Perfect Summer Charming",
    "Wedding Postcard Honeymoon Waltz Bouquet Holiday Serenade Lemonade Umbrella Kiss",
    "Capri Lisbon Brooklyn Provence Vienna Madrid",
  ],
  [
    "Glass Long Quiet Broken Winter Faithful Tender Lost Paper Distant",
    "Harbour Letter Garden Promise Daughter River House Season Inheritance Bridge",
    "Trieste Normandy Dublin Warsaw Kyoto Havana",
  ],
  [
    "Dirty Cold Double Crooked Midnight Loaded Blind Easy Wrong Bitter",
    "Alibi Heist Ledger Witness Debt Verdict Informer Getaway Safehouse Ransom",
    "Marseille Chicago Naples Baltimore Macao Boston",
  ],
  [
    "Tiny Brave Flying Marvellous Secret Cloud Clockwork Moonlit Curious Runaway",
    "Dragon Balloon Fox Lighthouse Acorn Castle Whale Teapot Snowman Compass",
    "Pippinwood Larkspur Windmill-Hill Tumbledown Bramble-Bay Starfall",
  ],
  [
    "Lonesome Iron Dusty Red Painted Wild Last Scarlet Forgotten Broken",
    "Canyon Stagecoach Saddle Sheriff Prairie Marshal Trail Mustang Rifle Frontier",
    "Laredo Abilene Sonora Cheyenne Durango Dakota",
  ],
  [
    "Living Hidden Measured Unseen Vanishing Common True Recorded Rising Northern",
    "Archive Glacier Orchestra Harvest Reef Border Factory Chorus Monsoon Map",
    "Patagonia Iceland Memphis Bengal Sahel Svalbard",
  ],
];

const NAMES = [
  "Clara Elias Ingrid Marlowe Josephine Tobias Amara Leopold Sylvie Augustin Nadia Rufus",
  "Vale Ashby Moreau Lindgren Castellan Okafor Hart Bellamy Novak Quill Sorensen Drake",
].map((line) => line.split(" "));

const NUMBERS = ["Two", "Three", "Four", "Seven", "Nine", "Twelve", "A Hundred"];

/** Generates the sample; deterministic by seed. About 20,000 ratings. */
export function filmSample(seed = 1): FilmSample {
  const chance = chanceOf(seed);
  const films = makeFilms(chance);
  return {
    items: csvText(
      ["film_id", "title", "genres", "year"],
      films.map(({ id, title, genres, year }) => [id, title, genres.join("|"), year]),
    ),
    interactions: csvText(
      ["user_id", "film_id", "rating", "timestamp"],
      Array.from({ length: USERS }, (_, i) => ratingsOf(i + 1, films, chance)).flat(),
    ),
  };
}

function makeFilms(chance: Chance): Film[] {
  const names = new Set<string>();
  // Zipf's law with an offset that flattens the head.
  const fame = chance.shuffle(Array.from({ length: FILMS }, (_, rank) => 1 / (rank + 12) ** 0.9));
  return fame.map((fame, i) => {
    const circle = chance.whole(0, CIRCLES.length - 1);
    let name = nameIn(circle, chance);
    while (names.has(name)) name = nameIn(circle, chance);
    names.add(name);
    // Skewed: more films are recent than old.
    const year = 2023 - Math.floor(chance.uniform() ** 1.6 * 74);
    const genres = chance.shuffle(CIRCLES[circle]).slice(0, chance.pick([1, 2, 2, 2, 3]));
    return { id: i + 1, title: `${name} (${year})`, genres, year, quality: chance.normal(), fame };
  });
}

function nameIn(circle: number, chance: Chance): string {
  const [adjectives, things, places] = WORDS[circle].map((line) => line.split(" "));
  const adjective = chance.pick(adjectives);
  const thing = chance.pick(things);
  const place = chance.pick(places).replaceAll("-", " ");
  const [first, last] = NAMES.map((names) => chance.pick(names));
  const article = /^[AEIOU]/.test(thing) ? "An" : "A";
  return chance.pick([
    `The ${adjective} ${thing}`,
    `The ${adjective} ${thing}`,
    `${adjective} ${thing}`,
    `The ${thing} of ${place}`,
    `${article} ${thing} in ${place}`,
    `Return to ${place}`,
    `${chance.pick(NUMBERS)} Days in ${place}`,
    `${first} and the ${thing}`,
    `The ${thing} of ${first} ${last}`,
    `${first} ${last}`,
  ]);
}

/** Returns the ratings of one user, who has favourite genres, a favourite era and a rating bias. */
function ratingsOf(user: number, films: Film[], chance: Chance): number[][] {
  const [loved, liked] = chance.shuffle(CIRCLES);
  const tastes = new Set<string>([...loved, chance.pick(liked)]);
  const era = 2020 - Math.floor(chance.uniform() ** 2 * 55);
  const leniency = 0.35 * chance.normal();
  const fit = films.map(({ genres, year }) => {
    const shared = genres.filter((genre) => tastes.has(genre)).length / genres.length;
    return shared / (1 + ((year - era) / 22) ** 2);
  });
  const count = Math.max(12, Math.min(180, Math.round(46 * 1.7 ** chance.normal())));
  const watched = chance.sample(films.map(({ fame }, i) => fame * (0.06 + fit[i]) ** 1.5), count);

  const start = OPENING + Math.floor(chance.uniform() * THREE_YEARS);
  let time = start;
  return watched.map((index) => {
    const film = films[index];
    const stars = 2.8 + 1.3 * fit[index] + 0.5 * film.quality + leniency + 0.55 * chance.normal();
    time += chance.whole(600, 5 * 86_400);
    return [user, film.id, Math.max(0.5, Math.min(5, Math.round(stars * 2) / 2)), time];
  });
}
