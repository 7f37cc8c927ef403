import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Sending, UploadOptions } from "./upload.ts";

export interface RunningUpload {
  /** Null while nothing is sent. */
  state: ReadonlySignal<Sending | null>;
  stop: () => void;
  /** Runs an upload with what it tells and is stopped by. */
  during: <Result>(upload: (options: UploadOptions) => Promise<Result>) => Promise<Result>;
}

/** An upload of a page: whoever closes the tab is asked, who goes elsewhere has changed their mind. */
export function useUpload(): RunningUpload {
  const state = useSignal<Sending | null>(null);
  const abort = useRef<AbortController | null>(null);
  const isRunning = state.value !== null;
  useEffect(() => {
    if (!isRunning) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [isRunning]);
  useEffect(() => () => abort.current?.abort(), []);
  return {
    state,
    stop: () => abort.current?.abort(),
    async during(upload) {
      const { signal } = abort.current = new AbortController();
      try {
        return await upload({ signal, onState: (now) => state.value = now });
      } finally {
        state.value = null;
      }
    },
  };
}
