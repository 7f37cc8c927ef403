/** Reading for a page: what it shows while it waits, when it has it, and when it failed. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type ApiProblem, asProblem } from "./problem.ts";

export interface Loaded<Value> {
  /** Undefined until the first answer; kept while it is read again. */
  value: ReadonlySignal<Value | undefined>;
  problem: ReadonlySignal<ApiProblem | null>;
  /** Reads again. */
  reload: () => void;
}

/**
 * Reads when the page appears and whenever `key` changes.
 * @param read gets a signal that is aborted when its answer is no longer wanted.
 */
export function useLoad<Value>(
  read: (signal: AbortSignal) => Promise<Value>,
  key: string | number = "",
): Loaded<Value> {
  const value = useSignal<Value | undefined>(undefined);
  const problem = useSignal<ApiProblem | null>(null);
  const turn = useSignal(0);
  const held = useRef(key);
  if (held.current !== key) {
    // What was read for another key is not shown under this one.
    held.current = key;
    value.value = undefined;
    problem.value = null;
  }
  useEffect(() => {
    const abort = new AbortController();
    read(abort.signal).then((read) => {
      if (abort.signal.aborted) return;
      value.value = read;
      problem.value = null;
    }, (error) => {
      if (!abort.signal.aborted) problem.value = asProblem(error);
    });
    return () => abort.abort();
  }, [key, turn.value]);
  return { value, problem, reload: () => turn.value++ };
}
