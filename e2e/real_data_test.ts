import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { join } from "@std/path";
import { ignoreWithout, part } from "../testing/runner/optional_parts.ts";
import {
  call,
  createProject,
  type Recommended,
  signedUp,
  startSystem,
  type System,
  untilReady,
} from "../testing/system.ts";

if (!ignoreWithout("data")) {
  Deno.test("MovieLens and Last.fm through HTTP: from upload to recommendations of unseen items", async () => {
    // First models; train_model_real_test.ts trains on the same data in full.
    await using system = await startSystem();
    const headers = await signedUp(system);
    const recommended = async (id: number, query: Record<string, string>) => {
      const url = `${system.at.recommender}/project/${id}/recommendations?`;
      const answer = await call(url + new URLSearchParams(query), { headers });
      return (answer.recommendations as Recommended[]).map(({ item_id }) => item_id);
    };

    const films = await createProject(system, headers, {
      name: "MovieLens",
      content: {
        file: await real("movielens-small/movies.csv"),
        schema: { item_id: "movieId", item_title: "title", feature_col: "genres" },
      },
      interaction: {
        file: await real("movielens-small/ratings.csv"),
        schema: {
          user_id: "userId",
          item_id: "movieId",
          rating: "rating",
          timestamp: "timestamp",
        },
      },
    });
    await untilReady(system, headers, { ...films, patienceMs: 240_000 });
    assertNotEquals(await baseOf(system, films.id), "popularity");

    const ratings = await (await real("movielens-small/ratings.csv")).text();
    const rated = ratings.split("\n").filter((line) => line.startsWith("1,"))
      .map((line) => line.split(",")[1]);
    const first = await recommended(films.id, { item_title: "Heat (1995)", user_id: "1" });
    const second = await recommended(films.id, { item_title: "Heat (1995)", user_id: "2" });
    assertEquals(first.length, 10);
    assertEquals(first.filter((film) => rated.includes(film)), []);
    assertNotEquals(first, second);

    // Tab-separated; the artists file has no header.
    const artists = await createProject(system, headers, {
      name: "Last.fm",
      content: {
        file: await real("lastfm-2k/artists.dat"),
        schema: { item_id: "column1", item_title: "column2" },
      },
      interaction: {
        file: await real("lastfm-2k/user_artists.dat"),
        schema: { user_id: "//userID", item_id: "artistID", rating: "weight" },
      },
    });
    await untilReady(system, headers, { ...artists, patienceMs: 240_000 });
    assertNotEquals(await baseOf(system, artists.id), "popularity");
    const played = (await (await real("lastfm-2k/user_artists.dat")).text()).split("\n")
      .filter((line) => line.startsWith("2\t")).map((line) => line.split("\t")[1]);
    const heard = await recommended(artists.id, { item_title: "Radiohead", user_id: "2" });
    assertEquals(heard.length, 10);
    assert(heard.every((artist) => !played.includes(artist)));
  });
}

/** Returns the algorithm that a project's hybrid model is built on. */
async function baseOf({ sql }: System, id: number): Promise<string> {
  const [{ base }] = await sql`
    select report -> 'chosen' -> 'parameters' ->> 'base' as base
    from recommender.recommender_projects where id = ${id}`;
  return base;
}

async function real(path: string): Promise<File> {
  return new File([await Deno.readFile(join(part("data")!, path))], path.split("/").at(-1)!);
}
