import { assert, assertEquals } from "@std/assert";
import { renderHook } from "../../testing/page/rendered_hook.ts";
import { until } from "../../testing/until.ts";
import { choose, type Draft, draftOf } from "./draft.ts";
import { ask } from "./reader.ts";
import { type ForecastState, useForecast } from "./use_forecast.ts";

const FILMS = "film_id,title,genres\n1,Heat,Crime\n2,Alien,Horror\n2,Alien,Horror\n";
const RATINGS = "user_id,film_id,rating\nu1,1,4\nu2,2,3\nu1,9,2\n";

/** The reader's worker outlives the tests of this file. */
function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });
}

async function draft(kind: Draft["kind"], text: string, name: string): Promise<Draft> {
  const file = new File([text], name);
  return draftOf(kind, file, await ask("head", { file }));
}

interface Inputs {
  of?: Draft;
  content?: Draft;
}

/** The hook, with the phases that it went through. */
function forecasting(inputs: Inputs) {
  const phases: (string | undefined)[] = [];
  const hook = renderHook(({ of, content }: Inputs) => {
    const state = useForecast(of, content);
    phases.push(state.value?.phase);
    return state;
  }, inputs);
  const phase = <Phase extends ForecastState["phase"]>(wanted: Phase) =>
    until(() => {
      const { value } = hook.current;
      return value?.phase === wanted && value as Extract<ForecastState, { phase: Phase }>;
    });
  return { hook, phases, phase };
}

test("rows are counted by the mapping, and matched with the known items", async () => {
  const of = await draft("INTERACTION", RATINGS, "ratings.csv");
  const content = await draft("CONTENT", FILMS, "films.csv");
  const { hook, phases, phase } = forecasting({ of, content });
  using _ = hook;
  const reading = hook.current.value;
  assert(reading?.phase === "reading" && reading.share === 0);
  const { forecast } = await phase("done");
  assertEquals([forecast.rows, forecast.used, forecast.unknown_items], [3, 3, 1]);
  assertEquals(phases.includes("reading"), true);
  hook.rerender({ of });
  assertEquals((await phase("done")).forecast.unknown_items, 0, "without items none is unknown");
});

test("without a draft, or with an invalid mapping, nothing is counted", async () => {
  const of = await draft("INTERACTION", RATINGS, "ratings.csv");
  const { hook, phase } = forecasting({});
  using _ = hook;
  assertEquals(hook.current.value, null);
  hook.rerender({ of: choose(of, "user_id", []) });
  assertEquals(hook.current.value, null);
  hook.rerender({ of });
  await phase("done");
  hook.rerender({ of: choose(of, "user_id", []) });
  assertEquals(hook.current.value, null);
});

test("feature columns change no count; keys, the dialect and the file do", async () => {
  const of = await draft("CONTENT", FILMS, "films.csv");
  const { hook, phase } = forecasting({ of });
  using _ = hook;
  const first = await phase("done");
  hook.rerender({ of: choose(of, "feature_col", ["genres", "title"]) });
  hook.rerender({ of: choose(of, "feature_col", ["title"]) });
  assertEquals(hook.current.value, first);
  hook.rerender({ of: choose(of, "item_title", ["genres"]) });
  assertEquals(hook.current.value?.phase, "reading");
  await phase("done");
  const other = await draft("CONTENT", `${FILMS}3,Ran,Drama\n`, "films.csv");
  hook.rerender({ of: other });
  assertEquals((await phase("done")).forecast.rows, 4);
});

test("reading can be stopped and restarted", async () => {
  const of = await draft("CONTENT", FILMS, "films.csv");
  const { hook, phase } = forecasting({ of });
  using _ = hook;
  (await phase("reading")).stop();
  assertEquals(hook.current.value?.phase, "stopped");
  await new Promise((resolve) => setTimeout(resolve, 300));
  const stopped = await phase("stopped");
  stopped.again();
  assertEquals((await phase("done")).forecast.rows, 3);
});

test("a draft that was removed before it was read is not counted", async () => {
  const of = await draft("CONTENT", FILMS, "films.csv");
  const { hook, phases, phase } = forecasting({ of });
  using _ = hook;
  await phase("reading");
  hook.rerender({});
  await new Promise((resolve) => setTimeout(resolve, 300));
  await ask("head", { file: of.file }); // the reader works in order
  assertEquals(hook.current.value, null);
  assertEquals(phases.includes("done"), false);
});

test("an unreadable file has its reason", async () => {
  const of = await draft("CONTENT", FILMS, "films.csv");
  const empty = { ...of, file: new File([], "films.csv") };
  const { hook, phase } = forecasting({ of: empty });
  using _ = hook;
  assert((await phase("failed")).why.length > 10);
});

test("the share of a large file that is read grows", async () => {
  const rows = Array.from({ length: 400_000 }, (_, i) => `${i},Film ${i},Drama|Crime|Comedy\n`);
  const of = await draft("CONTENT", `film_id,title,genres\n${rows.join("")}`, "films.csv");
  const shares = new Set<number>();
  using hook = renderHook(() => {
    const state = useForecast(of);
    if (state.value?.phase === "reading") shares.add(state.value.share);
    return state;
  }, null);
  const done = await until(() => {
    const { value } = hook.current;
    return value?.phase === "done" && value;
  });
  assertEquals(done.forecast.rows, 400_000);
  assert(shares.size > 1 && [...shares].every((share) => share >= 0 && share <= 1));
});
