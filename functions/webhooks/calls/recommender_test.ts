import { assertEquals, assertRejects } from "@std/assert";
import { Problem } from "../../http/problem.ts";
import { createRecommender } from "./recommender.ts";

const CALLER = { ownerId: "1", actorId: "key:1", requestId: "r" } as const;
/** Short, so that a call is longer than several health checks. */
const PATIENCE_MS = 300;

/** Starts a recommender in a process of its own, which takes `answerMs` for an answer. */
async function slowRecommender(answerMs: number) {
  const code =
    `Deno.serve({ port: 0, onListen: ({ port }) => console.log(port) }, async (request) => {
    const isHealth = new URL(request.url).pathname === "/health";
    if (!isHealth) await new Promise((resolve) => setTimeout(resolve, ${answerMs}));
    return Response.json({ recommendations: [] });
  });`;
  const process = new Deno.Command(Deno.execPath(), { args: ["eval", code], stdout: "piped" })
    .spawn();
  const reader = process.stdout.getReader();
  const port = Number(new TextDecoder().decode((await reader.read()).value));
  const url = `http://127.0.0.1:${port}`;
  return {
    process,
    client: createRecommender({
      ...{ url, fetch, patienceMs: PATIENCE_MS },
      secret: "a secret of more than thirty-two bytes",
    }),
    async [Symbol.asyncDispose]() {
      process.kill("SIGKILL");
      await reader.cancel();
      await process.status;
    },
  };
}

Deno.test("a stopped recommender is 503 with Retry-After after one health check", async () => {
  await using recommender = await slowRecommender(0);
  const { client, process } = recommender;
  assertEquals((await client.recommend(7, {}, CALLER)).status, 200);
  process.kill("SIGSTOP");
  const problem = await assertRejects(() => client.recommend(7, {}, CALLER), Problem);
  assertEquals([problem.code, problem.extras.headers], ["unavailable", { "retry-after": "2" }]);
  process.kill("SIGCONT");
  assertEquals((await client.recommend(7, {}, CALLER)).status, 200);
});

Deno.test("a recommender that works for long is waited for", async () => {
  await using recommender = await slowRecommender(5 * PATIENCE_MS);
  assertEquals((await recommender.client.batch(7, {}, CALLER)).status, 200);
});
