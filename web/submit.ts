/** Sending a form: one at a time, with what went wrong kept beside it. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { type ApiProblem, asProblem } from "./problem.ts";

export interface Submit {
  busy: ReadonlySignal<boolean>;
  problem: ReadonlySignal<ApiProblem | null>;
  /** Runs the action; false where it failed, and `problem` then says why. */
  run: (action: () => Promise<void>) => Promise<boolean>;
}

/** The state of one form or button. While an action runs, another is not begun. */
export function useSubmit(): Submit {
  const busy = useSignal(false);
  const problem = useSignal<ApiProblem | null>(null);
  const run = async (action: () => Promise<void>) => {
    if (busy.value) return false;
    busy.value = true;
    problem.value = null;
    try {
      await action();
      return true;
    } catch (error) {
      problem.value = asProblem(error);
      return false;
    } finally {
      busy.value = false;
    }
  };
  return { busy, problem, run };
}

/** A form's text fields by name, trimmed except passwords. */
export function fieldsOf(form: HTMLFormElement): Record<string, string> {
  const entries = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  return Object.fromEntries(entries.map(([name, value]) => [
    name,
    name.endsWith("password") ? String(value) : String(value).trim(),
  ]));
}
