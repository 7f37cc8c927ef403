import { assertEquals } from "@std/assert";
import { parseHTML } from "linkedom";
import { renderHook } from "../../testing/page/rendered_hook.ts";
import { ApiProblem } from "./problem.ts";
import { fieldsOf, useSubmit } from "./submit.ts";

Deno.test("while an action runs the form is busy, and a second one is ignored", async () => {
  using hook = renderHook(() => useSubmit(), null);
  const state = () => [hook.current.busy.value, hook.current.problem.value];
  assertEquals(state(), [false, null]);
  const action = Promise.withResolvers<void>();
  const running = hook.current.run(() => action.promise);
  assertEquals(state(), [true, null]);
  let ran = false;
  assertEquals(await hook.current.run(() => Promise.resolve(void (ran = true))), false);
  assertEquals([ran, ...state()], [false, true, null]);
  action.resolve();
  assertEquals([await running, ...state()], [true, false, null]);
});

Deno.test("a failure is shown until the next action begins", async () => {
  using hook = renderHook(() => useSubmit(), null);
  const problem = new ApiProblem(422, { detail: "The name is taken." });
  assertEquals(await hook.current.run(() => Promise.reject(problem)), false);
  assertEquals([hook.current.busy.value, hook.current.problem.value], [false, problem]);
  const action = Promise.withResolvers<void>();
  const running = hook.current.run(() => action.promise);
  assertEquals(hook.current.problem.value, null);
  action.reject(new Error("broken"));
  assertEquals(await running, false);
  assertEquals(hook.current.problem.value!.message, "broken");
  assertEquals(await hook.current.run(() => Promise.resolve()), true);
});

Deno.test("fields of a form are trimmed except passwords, and files are excluded", () => {
  const { document } = parseHTML(`<form>
    <input name="name" value=" Ada "><input name="password" value=" a b ">
    <input name="new_password" value=" c "><input name="password_hint" value=" d ">
    <input name="file" type="file"></form>`);
  const original = globalThis.FormData;
  // Deno's FormData takes no form.
  globalThis.FormData = class extends original {
    constructor(form: HTMLFormElement) {
      super();
      for (const input of form.querySelectorAll("input")) {
        if (input.type === "file") this.append(input.name, new Blob(["x"]));
        else this.append(input.name, input.getAttribute("value")!);
      }
    }
  } as typeof FormData;
  try {
    assertEquals(fieldsOf(document.querySelector("form") as unknown as HTMLFormElement), {
      name: "Ada",
      password: " a b ",
      new_password: " c ",
      password_hint: "d",
    });
  } finally {
    globalThis.FormData = original;
  }
});
