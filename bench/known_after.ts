/** How soon an answer knows an event: from the 202 to the end of the first answer that knows it. */
import { delay } from "@std/async/delay";

const EVENTS = 300;
const VISITORS = 4;
/** Number of answers after which one should have known the event long ago. */
const MOST_ANSWERS = 1_000;
/** Time for which processes remember that a project has no events, and a little more, in ms. */
const NONE_MS = 2_500;

/**
 * Persons `u0`, `u1` … of the model buy an item of their list, and ask until it is out of it, each
 * call on a connection of its own, so that any process may take it.
 * @param shop.at base URL of the webhooks service.
 */
export async function knownAfter(
  { at, project, key }: { at: string; project: number; key: string },
): Promise<{ p50_ms: number; p95_ms: number; first_answers: string }> {
  using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  const call = async (path: string, body: unknown) => {
    const response = await fetch(at + path, {
      method: "POST",
      headers: { "x-api-key": key, "content-type": "application/json" },
      body: JSON.stringify(body),
      client,
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  };
  const listOf = async (user_id: string): Promise<string[]> => {
    const { recommendations } = await call("/api/recommend", { project_id: project, user_id });
    return recommendations.map(({ item_id }: { item_id: string }) => item_id);
  };
  const buy = (user_id: string, item_id: string) =>
    call("/api/interactions", {
      ...{ project_id: project, user_id },
      events: [{ id: crypto.randomUUID(), type: "purchase", item_id }],
    });

  // A project's first event is exempt.
  await buy("first", "i0");
  await delay(NONE_MS);
  const times: number[] = [];
  let inFirst = 0;
  let next = 0;
  await Promise.all(Array.from({ length: VISITORS }, async () => {
    for (let i = next++; i < EVENTS; i = next++) {
      const [item] = await listOf(`u${i}`);
      await buy(`u${i}`, item);
      const start = performance.now();
      let answers = 1;
      while ((await listOf(`u${i}`)).includes(item)) {
        if (++answers > MOST_ANSWERS) throw new Error("No answer knew an event.");
      }
      times.push(performance.now() - start);
      if (answers === 1) inFirst++;
    }
  }));
  times.sort((a, b) => a - b);
  const quantile = (q: number) => Math.round(10 * times[Math.floor(q * times.length)]) / 10;
  return {
    p50_ms: quantile(0.5),
    p95_ms: quantile(0.95),
    first_answers: `${inFirst} of ${EVENTS}`,
  };
}
