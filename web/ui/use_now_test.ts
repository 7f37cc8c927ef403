import { assert, assertEquals } from "@std/assert";
import { renderHook } from "../../testing/page/rendered_hook.ts";
import { until } from "../../testing/until.ts";
import { useNow } from "./use_now.ts";

Deno.test("the time advances every second while the page is open", async () => {
  const before = Date.now();
  const hook = renderHook(() => useNow(), null);
  const first = hook.current;
  assert(first >= before && first <= Date.now());
  await until(() => hook.current >= first + 900);
  assert(hook.current <= Date.now());
  assertEquals(hook.renders, 2, "not more often");
  // Deno's test fails if the timer goes on.
  hook.unmount();
});
