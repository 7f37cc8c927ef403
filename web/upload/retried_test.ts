import { assertEquals, assertRejects } from "@std/assert";
import { ApiProblem, unreachable } from "../api/problem.ts";
import { retried, type Waiting } from "./retried.ts";

/** Returns an action that fails with the problems in turn, then succeeds, and counts its calls. */
function failing(...problems: ApiProblem[]) {
  let tries = 0;
  return {
    action: () =>
      tries < problems.length ? Promise.reject(problems[tries++]) : Promise.resolve(++tries),
    get tries() {
      return tries;
    },
  };
}

const away = unreachable("http://service.test");
const answer = (status: number, document = {}) => new ApiProblem(status, document);
const goOn = (waiting: Waiting | null) => waiting?.goOn();

Deno.test("calls are retried after connection failures and overload, without a limit", async () => {
  const waits: (string | null)[] = [];
  const told = (waiting: Waiting | null) => {
    waits.push(waiting && waiting.problem.code);
    goOn(waiting);
  };
  const { action } = failing(away, answer(503, { code: "unavailable" }), ...Array(20).fill(away));
  assertEquals(await retried(action, { onWaiting: told }), 23);
  assertEquals(waits.slice(0, 4), ["unreachable", null, "unavailable", null]);
});

Deno.test("rejected calls and repeated internal errors are not retried", async () => {
  const refused = failing(answer(422));
  await assertRejects(() => retried(refused.action, { onWaiting: goOn }), ApiProblem);
  assertEquals(refused.tries, 1);
  const broken = failing(...Array(50).fill(answer(500)));
  await assertRejects(() => retried(broken.action, { onWaiting: goOn }), ApiProblem);
  assertEquals(broken.tries, 8);
  // A conflict with a Retry-After is temporary.
  const busy = failing(answer(409, { retry_after: "1" }));
  assertEquals(await retried(busy.action, { onWaiting: goOn }), 2);
});

Deno.test("a pause ends when the browser is online again, and with its signal", async () => {
  const online = failing(away);
  const tell = () => setTimeout(() => dispatchEvent(new Event("online")));
  assertEquals(await retried(online.action, { onWaiting: (w) => w && tell() }), 2);
  const stop = new AbortController();
  const stopped = retried(failing(away).action, {
    signal: stop.signal,
    onWaiting: (waiting) => waiting && stop.abort(),
  });
  const problem = await assertRejects(() => stopped, ApiProblem);
  assertEquals(problem.code, "aborted");
});
