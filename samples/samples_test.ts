import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { parse } from "@std/csv";
import { filmSample } from "./films.ts";
import { musicSample } from "./music.ts";

type Row = Record<string, string>;
const rowsOf = (csv: string): Row[] => parse(csv, { skipFirstRow: true }) as Row[];

const SAMPLES = [
  {
    name: "films",
    make: filmSample,
    columns: ["film_id,title,genres,year", "user_id,film_id,rating,timestamp"],
    item: "film_id",
    title: "title",
    tags: "genres",
    user: "user_id",
    items: 600,
    people: 400,
    rows: [17_000, 23_000],
  },
  {
    name: "music",
    make: musicSample,
    columns: ["artist_id,name,tags", "listener_id,artist_id,plays"],
    item: "artist_id",
    title: "name",
    tags: "tags",
    user: "listener_id",
    items: 360,
    people: 320,
    rows: [9_000, 13_000],
  },
];

for (const sample of SAMPLES) {
  const { items, interactions } = sample.make();
  const catalogue = rowsOf(items);
  const rows = rowsOf(interactions);
  const sets = new Map(
    Map.groupBy(rows, (row) => row[sample.item]).entries()
      .map(([item, mine]) => [item, new Set(mine.map((row) => row[sample.user]))]),
  );
  const followers = (item: string) => sets.get(item) ?? new Set<string>();
  const cosine = (a: string, b: string) =>
    followers(a).intersection(followers(b)).size /
    Math.sqrt(followers(a).size * followers(b).size);

  Deno.test(`the ${sample.name} sample is the same for the same seed alone`, () => {
    assertEquals(sample.make(1), { items, interactions });
    assertNotEquals(sample.make(2).interactions, interactions);
  });

  Deno.test(`the ${sample.name} sample has its columns, sizes and no id or title twice`, () => {
    assertEquals([items, interactions].map((csv) => csv.split("\n")[0]), sample.columns);
    assertEquals(new Set(catalogue.map((row) => row[sample.item])).size, sample.items);
    assertEquals(new Set(catalogue.map((row) => row[sample.title])).size, sample.items);
    assertEquals(new Set(rows.map((row) => row[sample.user])).size, sample.people);
    const pairs = new Set(rows.map((row) => `${row[sample.user]} ${row[sample.item]}`));
    assertEquals(pairs.size, rows.length);
    assert(rows.length >= sample.rows[0] && rows.length <= sample.rows[1], `${rows.length} rows`);
    const known = new Set(catalogue.map((row) => row[sample.item]));
    assert(rows.every((row) => known.has(row[sample.item])));
  });

  Deno.test(`the ${sample.name} sample has a long tail`, () => {
    const counts = catalogue.map((row) => followers(row[sample.item]).size).sort((a, b) => b - a);
    const head = counts.slice(0, counts.length / 10).reduce((a, b) => a + b, 0);
    assert(head > 0.25 * rows.length, `the best known tenth has ${head} of ${rows.length} rows`);
    assert(counts[counts.length >> 1] < counts[0] / 5, "the median is far below the best known");
  });

  Deno.test(`tastes show in the ${sample.name} sample: what goes together shares tags`, () => {
    const known = catalogue.filter((row) => followers(row[sample.item]).size >= 20);
    let near = 0, chance = 0, n = 0;
    for (const one of known.slice(0, 80)) {
      const others = known.filter((row) => row !== one).map((other) => ({
        shared: overlap(one[sample.tags], other[sample.tags]),
        cosine: cosine(one[sample.item], other[sample.item]),
      })).sort((a, b) => b.cosine - a.cosine);
      near += mean(others.slice(0, 5).map(({ shared }) => shared));
      chance += mean(others.map(({ shared }) => shared));
      n++;
    }
    assert(n >= 60, `${n} items are well known`);
    assert(near > 2 * chance, `share of common tags: near ${near / n}, by chance ${chance / n}`);
  });
}

Deno.test("film ratings are half stars, titles end with their year, times are in order", () => {
  const { items, interactions } = filmSample();
  for (const { title, year } of rowsOf(items)) {
    assert(title.endsWith(` (${year})`), title);
    assert(Number(year) >= 1949 && Number(year) <= 2023, year);
  }
  const rows = rowsOf(interactions);
  const ratings = rows.map((row) => Number(row.rating));
  assert(ratings.every((rating) => rating >= 0.5 && rating <= 5 && Number.isInteger(rating * 2)));
  const average = mean(ratings);
  assert(average > 3 && average < 4.2, `mean rating ${average}`);
  for (const mine of Map.groupBy(rows, (row) => row.user_id).values()) {
    const times = mine.map((row) => Number(row.timestamp));
    assertEquals(times, times.toSorted((a, b) => a - b));
  }
});

function overlap(a: string, b: string): number {
  const [x, y] = [a, b].map((tags) => new Set(tags.split("|")));
  return x.intersection(y).size / x.union(y).size;
}

function mean(numbers: number[]): number {
  return numbers.reduce((a, b) => a + b, 0) / numbers.length;
}
