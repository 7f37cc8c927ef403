/** Loading state of a page's data. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type ApiProblem, asProblem } from "./problem.ts";

export interface Loaded<Value> {
  /** Undefined until the first response; kept during a reload. */
  value: ReadonlySignal<Value | undefined>;
  problem: ReadonlySignal<ApiProblem | null>;
  /** Loads again. */
  reload: () => void;
}

/**
 * Loads on mount and whenever `key` changes.
 * @param read receives a signal that is aborted when its result is no longer needed
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
    // A value of the previous key must not be shown under the new one.
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
