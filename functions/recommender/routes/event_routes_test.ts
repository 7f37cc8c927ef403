import { assert, assertEquals } from "@std/assert";
import { ACCESS, mintToken } from "../../http/identity/identity.ts";
import { SECRET, testRecommender } from "../../../testing/recommender.ts";
import { DRIVER } from "../../../testing/in_workerd.ts";
import { waitingProject } from "../../../testing/project.ts";

interface Event {
  event: string;
  // deno-lint-ignore no-explicit-any
  data: any;
}

/** Returns the events of a stream that has ended. */
async function eventsOf(response: Response): Promise<Event[]> {
  assertEquals(response.headers.get("content-type"), "text/event-stream");
  const blocks = (await response.text()).split("\n\n").filter((block) => block !== "");
  return blocks.filter((block) => !block.startsWith(":")).map((block) => {
    const field = (name: string) => RegExp(`^${name}: ?(.*)$`, "m").exec(block)?.[1] ?? "";
    const data = field("data");
    return { event: field("event"), data: data && JSON.parse(data) };
  });
}

/** Returns the events of a response, during which `happens` runs after it has begun. */
async function during(
  answer: Response | Promise<Response>,
  happens: () => Promise<unknown>,
): Promise<Event[]> {
  // workerd delivers a response only when it is complete: wait for it to begin.
  const whole = Deno.env.has(DRIVER) && new Promise((resolve) => setTimeout(resolve, 3_000));
  await (whole || answer);
  await happens();
  return await eventsOf(await answer);
}

Deno.test("an event stream follows a training from its current state to its end", async () => {
  await using service = await testRecommender();
  const { ann, path, id } = await waitingProject(service, "CONTENT");
  const events = await during(ann.request(`${path}/events`), async () => {
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
  // A busy machine may miss the first states, but never reorders them.
  const all = ["PENDING null", "PROCESSING reading", "ERROR cancelled"];
  assertEquals(stood, all.filter((one) => stood.includes(one)));
  const still = await eventsOf(await ann.request(`${path}/events`));
  assertEquals(still.map(({ data }) => data.status), ["ERROR"]);
});

Deno.test("deleting a project ends its event stream", async () => {
  await using service = await testRecommender();
  const { ann, path } = await waitingProject(service, "CONTENT");
  const events = await during(ann.request(`${path}/events`), () => ann.send("DELETE", path));
  assertEquals(events.at(-1), { event: "gone", data: "" });
});

Deno.test("the end of a session ends its streams", async () => {
  await using service = await testRecommender();
  const { sql, app } = service;
  const { path } = await waitingProject(service, "CONTENT");
  const [{ id: owner }] = await sql`select id from auth.users where name = 'ann'`;
  const [{ id: sessionId }] = await sql`
    insert into auth.sessions (owner_id, address) values (${owner}, '203.0.113.9') returning id`;
  const token = await mintToken(owner, { kind: ACCESS, secret: SECRET, seconds: 600, sessionId });
  const answer = app.request(`${path}/events`, { headers: { authorization: `Bearer ${token}` } });
  const events = await during(answer, () => sql`delete from auth.sessions where id = ${sessionId}`);
  assertEquals(events.map(({ data }) => data.status), ["PENDING"]);
});

Deno.test("a disconnected client ends its stream, and open streams are limited", async () => {
  await using service = await testRecommender();
  const { ann, path } = await waitingProject(service, "CONTENT");
  // On Workers each request has its own app: there the platform limits.
  if (Deno.env.has(DRIVER)) return;
  const open = await Promise.all(Array.from({ length: 50 }, () => ann.request(`${path}/events`)));
  assert(open.every(({ status }) => status === 200));
  const more = await ann.get(`${path}/events`);
  assertEquals([more.status, more.body.code], [429, "too_many_requests"]);
  await Promise.all(open.map(({ body }) => body!.cancel()));
  const again = await ann.request(`${path}/events`);
  assertEquals(again.status, 200);
  await again.body!.cancel();
});
