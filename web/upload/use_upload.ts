import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Sending, UploadOptions } from "./upload.ts";

export interface RunningUpload {
  /** Null while no upload runs. */
  state: ReadonlySignal<Sending | null>;
  stop: () => void;
  /** Runs an upload with progress and cancellation. */
  during: <Result>(upload: (options: UploadOptions) => Promise<Result>) => Promise<Result>;
}

/**
 * Upload state of a page. Closing the tab asks for confirmation; leaving the page aborts the
 * upload.
 */
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
