import { assertEquals } from "@std/assert";
import { h, render } from "preact";
import { act } from "preact/test-utils";
import type { ProjectDetails } from "../api/api.ts";
import { renderHook } from "../../testing/page/rendered_hook.ts";
import { until } from "../../testing/until.ts";
import { TellMe, useTelling } from "./tell_me.tsx";
import { text } from "./training_words.ts";

const films = { id: 7, project_name: "Films", error: null } as ProjectDetails;

/** The browser's notifications and its response to permission requests. */
function notifications(answer: "granted" | "denied", permission = "default") {
  const shown: string[] = [];
  class Notification {
    static permission = permission;
    static requestPermission = () => Promise.resolve(answer);
    constructor(title: string) {
      shown.push(title);
    }
  }
  Object.assign(globalThis, { Notification });
  return { shown, [Symbol.dispose]: () => void Reflect.deleteProperty(globalThis, "Notification") };
}

/** Renders the button of a project, and clicks it. */
async function click(project: ProjectDetails): Promise<string> {
  using _ = renderHook(() => null, null); // a document
  const place = document.createElement("p");
  act(() => render(h(TellMe, { project }), place));
  place.querySelector("button")?.click();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const { textContent } = place;
  act(() => render(null, place));
  return textContent!;
}

/** Ends a training of the project, as the page sees it. */
function train(project: ProjectDetails | undefined): void {
  using hook = renderHook(
    (isTraining: boolean) => useTelling(project, isTraining),
    true as boolean,
  );
  hook.rerender(false);
  hook.rerender(false);
}

Deno.test("the end of a training is notified once, if requested", async () => {
  using browser = notifications("granted");
  train(films);
  assertEquals(browser.shown, [], "nobody asked");
  assertEquals(await click(films), text.willTell);
  train({ ...films, id: 8 });
  train(undefined);
  using resting = renderHook(() => useTelling(films, false), null);
  resting.rerender(null);
  assertEquals(browser.shown, [], "another project, or no training");
  train(films);
  await until(() => browser.shown.length > 0);
  assertEquals(browser.shown, [text.done("Films")]);
  train(films);
  assertEquals(browser.shown.length, 1);

  assertEquals(await click(films), text.willTell);
  train({ ...films, error: "It failed." });
  assertEquals(browser.shown[1], text.ended("Films"));
});

Deno.test("with notifications denied, nothing is notified and no button is shown", async () => {
  using browser = notifications("denied");
  assertEquals(await click(films), text.tellMe);
  train(films);
  assertEquals(browser.shown, []);
  browser[Symbol.dispose]();
  using _ = notifications("denied", "denied");
  assertEquals(await click(films), "");
});

Deno.test("a browser without notifications shows no button", async () => {
  assertEquals(await click(films), "");
});
