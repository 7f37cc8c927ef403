/** State of a form submission. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { type ApiProblem, asProblem } from "./problem.ts";

export interface Submit {
  busy: ReadonlySignal<boolean>;
  problem: ReadonlySignal<ApiProblem | null>;
  /** Runs the action; resolves to false if it failed, with the error in `problem`. */
  run: (action: () => Promise<void>) => Promise<boolean>;
}

/** State of one form or button. A second action is ignored while one runs. */
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

/** Returns the number of a field; null if it is empty. */
export function numberOf(field: string): number | null {
  return field === "" ? null : Number(field);
}

/** Returns a form's text fields by name, trimmed except for passwords. */
export function fieldsOf(form: HTMLFormElement): Record<string, string> {
  const entries = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  return Object.fromEntries(entries.map(([name, value]) => [
    name,
    name.endsWith("password") ? String(value) : String(value).trim(),
  ]));
}
