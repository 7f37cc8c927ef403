import { assertEquals, assertRejects } from "@std/assert";
import { renderHook } from "../../testing/page/rendered_hook.ts";
import { until } from "../../testing/until.ts";
import type { Sending, UploadOptions } from "./upload.ts";
import { useUpload } from "./use_upload.ts";

const half: Sending = { sent: 1, total: 2, waiting: null, isWhole: false };

/** A hook with a running upload, whose options and end are the test's. */
function uploading() {
  // The page shows the state, so it is rendered at each change.
  const hook = renderHook(() => {
    const upload = useUpload();
    upload.state.value;
    return upload;
  }, null);
  const end = Promise.withResolvers<string>();
  let options!: UploadOptions;
  const done = hook.current.during((given) => {
    options = given;
    return end.promise;
  });
  return { hook, end, options, done };
}

/** Whether the browser would ask before the tab is closed. */
function asks(): boolean {
  const event = new Event("beforeunload", { cancelable: true });
  dispatchEvent(event);
  return event.defaultPrevented;
}

Deno.test("an upload's state is shown while it runs, and its result is returned", async () => {
  const { hook, end, options, done } = uploading();
  using _ = hook;
  assertEquals(hook.current.state.value, null);
  options.onState!(half);
  assertEquals(hook.current.state.value, half);
  end.resolve("made");
  assertEquals(await done, "made");
  assertEquals([hook.current.state.value, options.signal!.aborted], [null, false]);
});

Deno.test("closing the tab asks for confirmation only while the upload runs", async () => {
  const { hook, end, options, done } = uploading();
  using _ = hook;
  assertEquals(asks(), false, "nothing is sent yet");
  options.onState!(half);
  await until(asks);
  end.resolve("made");
  await done;
  await until(() => !asks());
});

Deno.test("stop aborts the running upload, whose error is passed on", async () => {
  const { hook, end, options, done } = uploading();
  using _ = hook;
  options.onState!(half);
  hook.current.stop();
  assertEquals(options.signal!.aborted, true);
  end.reject(new Error("aborted"));
  await assertRejects(() => done, Error, "aborted");
  assertEquals(hook.current.state.value, null);
  const again = hook.current.during(({ signal }) => Promise.resolve(signal!.aborted));
  assertEquals(await again, false, "the next upload has a signal of its own");
});

Deno.test("leaving the page aborts the upload, and removes the confirmation", async () => {
  const { hook, end, options, done } = uploading();
  options.onState!(half);
  await until(asks);
  assertEquals(options.signal!.aborted, false);
  hook.unmount();
  assertEquals([options.signal!.aborted, asks()], [true, false]);
  end.resolve("late");
  await done;
  const unused = renderHook(() => useUpload(), null);
  unused.current.stop();
  unused.unmount();
});
