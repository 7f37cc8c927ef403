/** Forecast of a draft's receipt while the form is open, restarted when its inputs change. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Forecast } from "../../functions/recommender/files/rows/forecast.ts";
import { type Draft, faultsOf, mappedFileOf } from "./draft.ts";
import { ask, type MappedFile } from "./reader.ts";

export type ForecastState =
  /** `share` of the file read, from 0 to 1. */
  | { phase: "reading"; share: number; stop: () => void }
  | { phase: "done"; forecast: Forecast }
  | { phase: "failed"; why: string }
  | { phase: "stopped"; again: () => void };

/** Debounce of mapping changes, in milliseconds. */
const PAUSE = 150;

/**
 * Counts the rows of a draft by the trainer's rules; null without a draft or with an invalid
 * mapping.
 * @param content items file that the interactions refer to
 */
export function useForecast(
  draft: Draft | undefined,
  content?: Draft,
): ReadonlySignal<ForecastState | null> {
  const state = useSignal<ForecastState | null>(null);
  const turn = useSignal(0);
  const file = counted(draft);
  const items = counted(content);
  useEffect(() => {
    state.value = null;
    if (!file) return;
    const abort = new AbortController();
    const stop = () => {
      abort.abort();
      state.value = { phase: "stopped", again: () => turn.value++ };
    };
    const set = (next: ForecastState) => {
      if (!abort.signal.aborted) state.value = next;
    };
    set({ phase: "reading", share: 0, stop });
    const timer = setTimeout(async () => {
      try {
        const forecast = await ask("forecast", { ...file, content: items }, {
          signal: abort.signal,
          onProgress: (share) => set({ phase: "reading", share, stop }),
        });
        set({ phase: "done", forecast });
      } catch (error) {
        set({ phase: "failed", why: (error as Error).message });
      }
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [keyOf(file), keyOf(items), turn.value]);
  return state;
}

/** Returns the part of a draft that affects the counts: all but the feature columns. */
function counted(draft: Draft | undefined): MappedFile | undefined {
  if (!draft || Object.keys(faultsOf(draft)).length > 0) return undefined;
  const { mapping, ...file } = mappedFileOf(draft);
  const { feature_col: _, ...keys } = mapping as Record<string, unknown>;
  return { ...file, mapping: keys as unknown as MappedFile["mapping"] };
}

function keyOf(file: MappedFile | undefined): string {
  if (!file) return "";
  const { file: { name, size, lastModified }, dialect, mapping } = file;
  return JSON.stringify([name, size, lastModified, dialect, mapping]);
}
