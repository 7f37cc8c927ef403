import { assert, assertEquals } from "@std/assert";
import { type Client, testRecommender } from "../../../dev/test_recommender.ts";
import { waitingProject } from "../../../dev/test_project.ts";

interface Event {
  event: string;
  // deno-lint-ignore no-explicit-any
  data: any;
}

/** The events of a stream that has come to its end. */
async function eventsOf(response: Response): Promise<Event[]> {
  assertEquals(response.headers.get("content-type"), "text/event-stream");
  const blocks = (await response.text()).split("\n\n").filter((block) => block !== "");
  return blocks.filter((block) => !block.startsWith(":")).map((block) => {
    const field = (name: string) => RegExp(`^${name}: ?(.*)$`, "m").exec(block)?.[1] ?? "";
    const data = field("data");
    return { event: field("event"), data: data && JSON.parse(data) };
  });
}

/** Follows a project while something happens to it, which the first event waits for. */
async function followed(
  { ann, path }: { ann: Client; path: string },
  happens: () => Promise<unknown>,
): Promise<Event[]> {
  const answer = ann.request(`${path}/events`);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await happens();
  return await eventsOf(await answer);
}

Deno.test("a training is followed from where it stands to its end", async () => {
  await using service = await testRecommender();
  const project = await waitingProject(service, "CONTENT");
  const { ann, path, id } = project;
  const events = await followed(project, async () => {
    await service.sql`
      update recommender.recommender_projects
      set status = 'PROCESSING', stage = 'reading', progress = .1, started_at = now()
      where id = ${id}`;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await ann.send("POST", `${path}/cancel`);
  });
  assert(events.every(({ event, data }) => event === "project" && data.id === id));
  const stood = events.map(({ data }) => `${data.status} ${data.stage}`);
  assertEquals(stood.at(-1), "ERROR cancelled");
  // A busy machine may look too late for the first, never in another order.
  const all = ["PENDING null", "PROCESSING reading", "ERROR cancelled"];
  assertEquals(stood, all.filter((one) => stood.includes(one)));
  const still = await eventsOf(await ann.request(`${path}/events`));
  assertEquals(still.map(({ data }) => data.status), ["ERROR"]);
});

Deno.test("a project that is deleted while it is followed is gone, and the stream ends", async () => {
  await using service = await testRecommender();
  const project = await waitingProject(service, "CONTENT");
  const events = await followed(project, () => project.ann.send("DELETE", project.path));
  assertEquals(events.at(-1), { event: "gone", data: "" });
});

Deno.test("who looks away ends the stream, and streams have a limit", async () => {
  await using service = await testRecommender();
  const { ann, path } = await waitingProject(service, "CONTENT");
  // Each request on Workers has an app of its own: there the platform limits.
  if (service.app.routes === undefined) return;
  const open = await Promise.all(Array.from({ length: 50 }, () => ann.request(`${path}/events`)));
  assert(open.every(({ status }) => status === 200));
  const more = await ann.get(`${path}/events`);
  assertEquals([more.status, more.body.code], [429, "too_many_requests"]);
  await Promise.all(open.map(({ body }) => body!.cancel()));
  const again = await ann.request(`${path}/events`);
  assertEquals(again.status, 200);
  await again.body!.cancel();
});
