import { assertEquals, assertRejects } from "@std/assert";
import { repeatOnDeadlock } from "./deadlock.ts";

/** Returns a function that fails `times` times with a code, then returns the number of its calls. */
function failing(times: number, code: string) {
  let calls = 0;
  return {
    calls: () => calls,
    run: () =>
      ++calls <= times
        ? Promise.reject(Object.assign(new Error(`code ${code}`), { code }))
        : Promise.resolve(calls),
  };
}

Deno.test("a deadlock is repeated up to the number of attempts, another error is not", async () => {
  assertEquals(await repeatOnDeadlock(failing(2, "40P01").run, 3), 3);
  const often = failing(3, "40P01");
  await assertRejects(() => repeatOnDeadlock(often.run, 3), Error, "code 40P01");
  assertEquals(often.calls(), 3);
  const other = failing(1, "23505");
  await assertRejects(() => repeatOnDeadlock(other.run, 3), Error, "code 23505");
  assertEquals(other.calls(), 1);
});
