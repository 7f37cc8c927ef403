import { assertEquals } from "@std/assert";
import { renderHook } from "../../testing/page/rendered_hook.ts";
import { until } from "../../testing/until.ts";
import { useLoad } from "./load.ts";
import { ApiProblem } from "./problem.ts";

/** A hook whose reads are resolved by the test, oldest first. */
function loading(key = "a") {
  const reads: (PromiseWithResolvers<string> & { signal: AbortSignal })[] = [];
  const hook = renderHook(
    (key: string) =>
      useLoad((signal) => {
        const read = { ...Promise.withResolvers<string>(), signal };
        reads.push(read);
        return read.promise;
      }, key),
    key,
  );
  const shown = () => [hook.current.value.value, hook.current.problem.value?.message ?? null];
  return { hook, reads, shown };
}

Deno.test("a page loads on mount, and shows the value", async () => {
  const { hook, reads, shown } = loading();
  using _ = hook;
  assertEquals([reads.length, shown()], [1, [undefined, null]]);
  reads[0].resolve("one");
  await until(() => hook.current.value.value === "one");
  assertEquals(shown(), ["one", null]);
  hook.rerender("a");
  assertEquals(reads.length, 1, "the same key is loaded once");
});

Deno.test("a reload keeps the value until the next arrives; success clears the problem", async () => {
  const { hook, reads, shown } = loading();
  using _ = hook;
  reads[0].resolve("one");
  await until(() => hook.current.value.value);
  hook.current.reload();
  await until(() => reads.length === 2);
  assertEquals(shown(), ["one", null]);
  reads[1].reject(new ApiProblem(503, { detail: "Try again." }));
  await until(() => hook.current.problem.value);
  assertEquals(shown(), ["one", "Try again."]);
  hook.current.reload();
  await until(() => reads.length === 3);
  reads[2].resolve("two");
  await until(() => hook.current.value.value === "two");
  assertEquals(shown(), ["two", null]);
});

Deno.test("another key shows nothing of the previous one, not even late responses", async () => {
  const { hook, reads, shown } = loading();
  using _ = hook;
  reads[0].resolve("one");
  await until(() => hook.current.value.value);
  hook.rerender("b");
  assertEquals([shown(), reads.length], [[undefined, null], 2]);
  assertEquals([reads[0].signal.aborted, reads[1].signal.aborted], [true, false]);
  reads[1].reject(new Error("not read"));
  await until(() => hook.current.problem.value);
  assertEquals(shown(), [undefined, "not read"]);
  hook.rerender("c");
  assertEquals(shown(), [undefined, null]);
  hook.rerender("d");
  reads[2].resolve("late");
  await reads[2].promise;
  await Promise.resolve();
  assertEquals(shown(), [undefined, null]);
  reads[3].resolve("four");
  await until(() => hook.current.value.value === "four");
});

Deno.test("leaving a page aborts its request, without an error", async () => {
  const { hook, reads, shown } = loading();
  hook.unmount();
  assertEquals(reads[0].signal.aborted, true);
  reads[0].reject(new Error("aborted"));
  await reads[0].promise.catch(() => {});
  await Promise.resolve();
  assertEquals(shown(), [undefined, null]);
});
