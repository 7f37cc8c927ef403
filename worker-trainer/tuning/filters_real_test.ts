/** Filters, reasons and diversity on real films, if the folder of real data is configured. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { parse, stringify } from "@std/csv";
import { join } from "@std/path";
import { ignoreWithout, part } from "../../testing/runner/optional_parts.ts";
import { describeCsv } from "../../functions/recommender/files/dialect/describe.ts";
import { popularItems, recommend } from "../../functions/recommender/model/answer.ts";
import { loadModel } from "../../functions/recommender/model/artifact/artifact.ts";
import { artifactFolder } from "../publish/artifact_folder.ts";
import { train } from "./train_model.ts";
import { onDisk } from "../dataset/open_rows.ts";
import { readDataset } from "../dataset/read.ts";

interface Film {
  movieId: string;
  title: string;
  genres: string;
  /** From the end of the title: "Heat (1995)". */
  year: string;
}

async function films(): Promise<Film[]> {
  const text = await Deno.readTextFile(`${part("data")}/movielens-small/movies.csv`);
  const rows = parse(text, { skipFirstRow: true }) as Omit<Film, "year">[];
  return rows.map((film) => ({ ...film, year: /\((\d{4})\) *$/.exec(film.title)?.[1] ?? "" }));
}

if (!ignoreWithout("data")) {
  Deno.test("MovieLens-small: filters on genres and year agree with the file, in plain order", async () => {
    const catalogue = await films();
    const folder = await Deno.makeTempDir();
    try {
      const path = join(folder, "films.csv");
      const csv = stringify(catalogue as unknown as Record<string, string>[], {
        columns: ["movieId", "title", "genres", "year"],
      });
      await Deno.writeTextFile(path, csv);
      const { dialect } = await describeCsv(new TextEncoder().encode(csv));
      const mapping = { item_id: "movieId", item_title: "title", feature_col: "genres" };
      const { dataset } = await readDataset([{
        ...onDisk(path),
        kind: "CONTENT",
        dialect,
        mapping,
      }]);
      const { model: trained, report, run } = await train(dataset, { modelType: "CONTENT" });
      assertEquals(report.filters, {
        columns: [
          { name: "title", kind: "text" },
          { name: "genres", kind: "list" },
          { name: "year", kind: "number" },
        ],
        unfilterable: [],
      });
      const files = await artifactFolder({ model: trained, report, run });
      const model = await loadModel((path) => Promise.resolve(files[path]));

      const heat = { item_title: "Heat (1995)", n: 200 };
      const filter = { genres: ["crime", "Film-Noir"], year: { gte: 1990, lt: 2000 } };
      const wanted = new Set(
        catalogue.filter(({ genres, year }) =>
          /Crime|Film-Noir/.test(genres) && Number(year) >= 1990 && Number(year) < 2000
        ).map(({ movieId }) => movieId),
      );
      const plain = recommend(model, { ...heat, n: catalogue.length }).recommendations;
      const filtered = recommend(model, { ...heat, filter, explain: true }).recommendations;
      assertEquals(filtered.length, 200);
      assertEquals(
        filtered.map(({ item_id, score }) => [item_id, score]),
        plain.filter(({ item_id }) => wanted.has(item_id)).slice(0, 200)
          .map(({ item_id, score }) => [item_id, score]),
      );
      const everything = popularItems(model, { n: catalogue.length, filter });
      assertEquals(new Set(everything.map(({ item_id }) => item_id)), wanted);

      assert(filtered[0].reason!.startsWith("shares ") && filtered[0].reason!.includes("Crime"));
      for (const { parts, score } of filtered) {
        assertAlmostEquals(parts!.reduce((sum, part) => sum + part.score, 0), score, 1e-5);
      }

      const genresOf = new Map(catalogue.map(({ movieId, genres }) => [movieId, genres]));
      const different = (diversity: number) =>
        new Set(
          recommend(model, { ...heat, n: 10, diversity }).recommendations
            .map(({ item_id }) => genresOf.get(item_id)),
        ).size;
      assert(different(0.7) > different(0), "a diverse list has more sets of genres");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
