import { assertEquals } from "@std/assert";
import { ProgressTracker } from "./progress_tracker.ts";

Deno.test("progress is shared among steps by their cost", async () => {
  const reported: [string, number][] = [];
  const tracker = new ProgressTracker((stage, fraction) => reported.push([stage, fraction]), 4);
  const result = await tracker.step("first", 1, (progress) => {
    progress(0.5);
    return "done";
  });
  await tracker.step("second", 3, () => {});
  assertEquals(result, "done");
  assertEquals(reported, [
    ["first", 0],
    ["first", 0.125],
    ["first", 0.25],
    ["second", 0.25],
    ["second", 1],
  ]);
  assertEquals(tracker.stages.map(({ stage }) => stage), ["first", "second"]);
});

Deno.test("progress never decreases and never exceeds 1", async () => {
  const reported: number[] = [];
  const tracker = new ProgressTracker((_, fraction) => reported.push(fraction), 2);
  await tracker.step("first", 1, (progress) => {
    progress(0.9);
    progress(0.2);
    progress(7);
  });
  tracker.skipTo(1.5);
  await tracker.step("second", 5, () => {});
  assertEquals(reported, [0, 0.45, 0.45, 0.5, 0.5, 0.75, 1]);
});
