import { assertEquals, assertRejects } from "@std/assert";
import { pageFetch, SERVICES } from "../../testing/page/page_fetch.ts";
import { loadConfig } from "./config.ts";
import { follow } from "./follow.ts";
import { ApiProblem } from "./problem.ts";
import { beginSession, endSession } from "./session.ts";

// Deno shares localStorage among test files; sessionStorage is this file's own.
Object.defineProperty(globalThis, "localStorage", { value: sessionStorage });

const URL_OF_7 = `${SERVICES.recommender}/project/7/events`;

/** Returns a stream that arrives in these pieces. */
function pieces(...texts: string[]): Response {
  return new Response(ReadableStream.from(texts).pipeThrough(new TextEncoderStream()));
}

async function heard(id: string): Promise<unknown[]> {
  await loadConfig();
  return await Array.fromAsync(follow(id, new AbortController().signal));
}

Deno.test("events are emitted when complete, in chunks of any size; others are ignored", async () => {
  using _ = pageFetch({
    [URL_OF_7]: () =>
      pieces(
        'event: project\ndata: {"id":7,"sta',
        'tus":"PENDING"}\n',
        "\n: nothing new\n\nevent: other\ndata: {}\n\n",
        'id: 3\nevent: project\ndata: {"id":7,"status":"READY"}\n\nevent: gone\ndata: {}\n\n',
        'event: project\ndata: {"id":7,"status":"cut off"}\n',
      ),
  });
  assertEquals(await heard("7"), [
    { id: 7, status: "PENDING" },
    { id: 7, status: "READY" },
    null,
  ]);
});

Deno.test("the stream is requested with the token and the escaped id", async () => {
  const seen: (string | null)[] = [];
  using page = pageFetch({
    [`${SERVICES.recommender}/project/a%2Fb/events`]: (request) => {
      seen.push(request.headers.get("authorization"));
      return pieces("");
    },
  });
  beginSession({ token: "t.o.k", name: "Ada", email: "ada@example.com", expires_in: 600 });
  assertEquals(await heard("a/b"), []);
  endSession(null);
  assertEquals(seen, ["Bearer t.o.k"]);
  assertEquals(page.calls.length, 2);
});

Deno.test("an error response is thrown as its problem, and an unavailable service as unreachable", async () => {
  using _ = pageFetch({
    [URL_OF_7]: () => Response.json({ code: "not_found", detail: "No project." }, { status: 404 }),
  });
  const problem = await assertRejects(() => heard("7"), ApiProblem, "No project.");
  assertEquals([problem.status, problem.code], [404, "not_found"]);
  const away = await assertRejects(() => heard("8"), ApiProblem);
  assertEquals(away.code, "unreachable");
});

Deno.test("the signal ends the stream", async () => {
  const abort = new AbortController();
  let asked: AbortSignal | undefined;
  using _ = pageFetch({
    [URL_OF_7]: (request) => {
      asked = request.signal;
      return pieces('event: project\ndata: {"id":7}\n\n');
    },
  });
  await loadConfig();
  const events = follow("7", abort.signal);
  assertEquals((await events.next()).value, { id: 7 } as never);
  abort.abort();
  assertEquals(asked!.aborted, true);
  await events.return(undefined);
});
