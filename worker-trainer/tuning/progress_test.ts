import { assertEquals } from "@std/assert";
import { Meter } from "./progress.ts";

Deno.test("steps share the whole by their cost", async () => {
  const told: [string, number][] = [];
  const meter = new Meter((stage, fraction) => told.push([stage, fraction]), 4);
  const result = await meter.step("first", 1, (tell) => {
    tell(0.5);
    return "done";
  });
  await meter.step("second", 3, () => {});
  assertEquals(result, "done");
  assertEquals(told, [
    ["first", 0],
    ["first", 0.125],
    ["first", 0.25],
    ["second", 0.25],
    ["second", 1],
  ]);
  assertEquals(meter.stages.map(({ stage }) => stage), ["first", "second"]);
});

Deno.test("progress never falls and never passes the whole", async () => {
  const told: number[] = [];
  const meter = new Meter((_, fraction) => told.push(fraction), 2);
  await meter.step("first", 1, (tell) => {
    tell(0.9);
    tell(0.2);
    tell(7);
  });
  meter.skipTo(1.5);
  await meter.step("second", 5, () => {});
  assertEquals(told, [0, 0.45, 0.45, 0.5, 0.5, 0.75, 1]);
});
