import { assertEquals } from "@std/assert";
import { until } from "../../../testing/until.ts";
import { Timeouts } from "./timeouts.ts";

Deno.test("overdue entries are reported once, in their order", async () => {
  const late: string[] = [];
  const timeouts = new Timeouts<string>(20, (thing) => {
    late.push(thing);
    if (thing === "first") timeouts.add("added when the first was late");
  });
  for (const thing of ["first", "done", "second", "begun anew"]) timeouts.add(thing);
  timeouts.delete("done");
  timeouts.add("begun anew");
  await until(() => late.length === 4);
  assertEquals(late, ["first", "second", "begun anew", "added when the first was late"]);

  // The timer had stopped, and is started again.
  timeouts.add("later");
  await until(() => late.at(-1) === "later");
  timeouts.close();
});

Deno.test("after closing, nothing is reported as overdue", async () => {
  const late: string[] = [];
  const timeouts = new Timeouts<string>(5, (thing) => late.push(thing));
  timeouts.add("first");
  timeouts.close();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assertEquals(late, []);
});
