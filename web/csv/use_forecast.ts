/** The check of a whole file while its form is open: begun anew whenever what it depends on changes. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Forecast } from "../../functions/recommender/csv/forecast.ts";
import { type Draft, faultsOf, mappedFileOf } from "./draft.ts";
import { ask, type MappedFile } from "./reader.ts";

export type ForecastState =
  /** `share` of the file is read, from 0 to 1. */
  | { phase: "reading"; share: number; stop: () => void }
  | { phase: "done"; forecast: Forecast }
  | { phase: "failed"; why: string }
  | { phase: "stopped"; again: () => void };

/** Several choices in a row are checked once. */
const PAUSE = 150;

/**
 * Counts the rows of a draft as the trainer will; null where there is none, or its mapping has
 * faults.
 * @param content the items file beside it.
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

/** As far as it decides which rows count: features do not. */
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
