import { assertEquals } from "@std/assert";
import { pageFetch, SERVICES } from "../../testing/page/page_fetch.ts";
import { renderHook } from "../../testing/page/rendered_hook.ts";
import { until } from "../../testing/until.ts";
import { loadConfig } from "../api/config.ts";
import { isMoving, useProject } from "./use_project.ts";

const BASE = `${SERVICES.recommender}/project`;

/** Intervals that the code under test set, run by the test instead of by time. */
function heldIntervals() {
  const { setInterval, clearInterval } = globalThis;
  const running = new Map<number, { run: () => void; ms: number }>();
  let count = 0;
  globalThis.setInterval = ((run: () => void, ms: number) => {
    running.set(++count, { run, ms });
    return count;
  }) as typeof globalThis.setInterval;
  globalThis.clearInterval = (id) => void running.delete(id as unknown as number);
  return {
    running,
    [Symbol.dispose]: () => void Object.assign(globalThis, { setInterval, clearInterval }),
  };
}

/** A project's page over a service that the test changes. */
async function projectPage(status: string) {
  const state = { status, answer: 200, reads: 0, streams: 0 };
  const sources: ReadableStreamDefaultController<Uint8Array>[] = [];
  const signals: AbortSignal[] = [];
  const answers = (id: number) => ({
    [`${BASE}/${id}/status`]: () => {
      state.reads++;
      const { status, answer } = state;
      const body = answer === 200
        ? { id, status, project_name: "Films", step: `read ${state.reads}` }
        : { detail: "Try again." };
      return Response.json(body, { status: answer });
    },
    [`${BASE}/${id}/events`]: ({ signal }: Request) => {
      state.streams++;
      signals.push(signal);
      return new Response(
        new ReadableStream<Uint8Array>({
          start: (source) => void sources.push(source),
        }),
      );
    },
  });
  const fetching = pageFetch({ ...answers(7), ...answers(8) });
  const intervals = heldIntervals();
  await loadConfig();
  const hook = renderHook((id: string) => useProject(id), "7" as string);
  Object.assign(document, { visibilityState: "visible" });
  const say = (event: string, data: unknown) =>
    sources.at(-1)!.enqueue(
      new TextEncoder().encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
    );
  const shown = () => hook.current.project?.status as string | undefined;
  return {
    ...{ state, sources, signals, intervals: intervals.running, hook, say, shown },
    [Symbol.dispose]() {
      hook.unmount();
      intervals[Symbol.dispose]();
      fetching[Symbol.dispose]();
    },
  };
}

Deno.test("a project in training is followed by its stream, on top of its details", async () => {
  using page = await projectPage("PENDING");
  assertEquals(page.shown(), undefined);
  await until(() => page.sources.length === 1);
  assertEquals([page.shown(), page.intervals.size], ["PENDING", 0]);
  page.say("project", { id: 7, status: "PROCESSING" });
  await until(() => page.shown() === "PROCESSING");
  assertEquals(page.hook.current.project!.project_name, "Films", "the details stay");
  assertEquals([page.state.reads, page.state.streams], [1, 1]);
  page.say("project", { id: 8, status: "READY" });
  page.say("gone", {});
  page.state.status = "READY";
  page.sources[0].close();
  await until(() => page.shown() === "READY");
  assertEquals(page.state.reads, 2, "the end of the stream reloads the details");
  await until(() => page.signals[0].aborted);
});

Deno.test("events of another project are not shown", async () => {
  using page = await projectPage("PENDING");
  await until(() => page.sources.length === 1);
  page.say("project", { id: 8, status: "FAILED" });
  page.say("project", { id: 7, status: "PROCESSING" });
  await until(() => page.shown() === "PROCESSING");
});

Deno.test("a broken stream is reopened after a second", async () => {
  using page = await projectPage("PROCESSING");
  await until(() => page.sources.length === 1);
  const broken = performance.now();
  page.sources[0].error(new Error("connection reset"));
  await until(() => page.state.reads === 2);
  await until(() => page.state.streams === 2);
  assertEquals(performance.now() - broken > 900, true);
  page.hook.unmount();
  assertEquals(page.signals[1].aborted, true);
  page.sources[1].close();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assertEquals([page.state.reads, page.state.streams], [2, 2], "a page that was left does nothing");
});

Deno.test("an idle project is polled while the tab is visible", async () => {
  using page = await projectPage("READY");
  await until(() => page.shown() === "READY");
  await until(() => page.intervals.size === 1);
  const [{ run, ms }] = page.intervals.values();
  assertEquals([ms, page.state.streams], [15_000, 0]);
  run();
  await until(() => page.state.reads === 2);
  Object.assign(document, { visibilityState: "hidden" });
  run();
  dispatchEvent(new Event("visibilitychange"));
  await new Promise((resolve) => setTimeout(resolve, 20));
  assertEquals(page.state.reads, 2);
  Object.assign(document, { visibilityState: "visible" });
  dispatchEvent(new Event("visibilitychange"));
  await until(() => page.state.reads === 3);
  page.state.status = "PENDING";
  page.hook.current.reload();
  await until(() => page.state.streams === 1);
  assertEquals(page.intervals.size, 0);
  dispatchEvent(new Event("visibilitychange"));
  await new Promise((resolve) => setTimeout(resolve, 20));
  assertEquals(page.state.reads, 4, "the stream tells it now");
});

Deno.test("reloaded details replace earlier events of the stream", async () => {
  using page = await projectPage("PENDING");
  await until(() => page.sources.length === 1);
  page.say("project", { id: 7, status: "PROCESSING" });
  await until(() => page.shown() === "PROCESSING");
  page.hook.current.reload();
  await until(() => page.state.reads === 2);
  await until(() => page.shown() === "PENDING");
});

Deno.test("another project's page shows that project, and problems as they are", async () => {
  using page = await projectPage("PENDING");
  await until(() => page.sources.length === 1);
  page.state.status = "READY";
  page.hook.rerender("8");
  assertEquals(page.hook.current.project, undefined);
  await until(() => page.hook.current.project?.id === 8);
  assertEquals(page.signals[0].aborted, true);
  page.state.answer = 503;
  page.hook.current.reload();
  await until(() => page.hook.current.problem);
  assertEquals(page.hook.current.problem!.message, "Try again.");
  assertEquals(page.shown(), "READY", "the last details stay");
});

Deno.test("a project moves from its queue to the end of its training", () => {
  const moving = ["PENDING", "PROCESSING", "READY", "FAILED", "CANCELLED"].map((status) =>
    isMoving({ status: status as "READY" })
  );
  assertEquals(moving, [true, true, false, false, false]);
});
