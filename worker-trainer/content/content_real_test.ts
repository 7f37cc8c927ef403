/** Content neighbours of real titles include a film's sequels and remakes. */
import { assert, assertEquals } from "@std/assert";
import { ignoreWithout } from "../../testing/runner/optional_parts.ts";
import { RowPool } from "../threads/row_pool.ts";
import { realDataset } from "../../testing/real_data.ts";
import { tfidf } from "../algorithms/tfidf.ts";

/** Returns a title up to its number or colon: `Toy Story 2 (1999)` is of the series `toy story`. */
function seriesOf(title: string): string {
  return title.replace(/ \(\d{4}\).*$/, "").replace(/[:,].*$/, "")
    .replace(/ (\d+|I{1,3}|IV|V|VI)$/, "").toLowerCase();
}

if (!ignoreWithout("data")) {
  Deno.test("MovieLens-small: sequels and remakes are among the first five neighbours", async () => {
    const { items } = await realDataset("movielens-small");
    const pool = new RowPool(1);
    const { rows } = await tfidf(items, { keep: 20, pool, shrinkage: 0.1 });
    pool.close();
    const nearest = (item: number) => {
      const start = rows.offsets[item];
      return Array.from({ length: rows.offsets[item + 1] - start }, (_, e) => start + e)
        .sort((a, b) => rows.values[b] - rows.values[a] || rows.columns[a] - rows.columns[b])
        .slice(0, 5).map((entry) => rows.columns[entry]);
    };
    const series = new Map<string, number[]>();
    items.titles.forEach((title, item) => {
      const name = seriesOf(title);
      if (name.length > 4) series.set(name, [...(series.get(name) ?? []), item]);
    });
    const several = [...series.values()].filter((films) => films.length > 1);
    const films = several.flat();
    const found = several.flatMap((all) =>
      all.filter((film) => nearest(film).some((other) => other !== film && all.includes(other)))
    );
    assert(films.length > 1_000, `${films.length} films have a sequel`);
    // 51 % if terms of a single film are dropped before the length is computed, 59 % now.
    assert(found.length > 0.57 * films.length, `${found.length} of ${films.length}`);
    const film = (title: string) => items.titles.indexOf(title);
    assertEquals(nearest(film("Toy Story (1995)"))[0], film("Toy Story 2 (1999)"));
    assertEquals(nearest(film("Godfather, The (1972)"))[0], film("Godfather: Part II, The (1974)"));
  });
}
