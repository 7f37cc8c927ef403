/** A button that asks before it acts: a dialog with a form of its own. */
import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";
import { fieldsOf, useSubmit } from "../submit.ts";
import { ProblemNote } from "./problem_note.tsx";
import type { ApiProblem } from "../problem.ts";
import { text as app } from "../text/app.ts";
import { text } from "../text/controls.ts";

interface AskDialogProps {
  /** What the button says. */
  button: string;
  title: string;
  /** What the button in the dialog says. */
  act: string;
  /** Who or what, for those who do not see what stands beside. */
  of?: string;
  /** Gets the form's fields; the dialog closes when it is done. */
  onAct: (fields: Record<string, string>, data: FormData) => Promise<void>;
  /** What the form asks; a function gets what was wrong with the last answer. */
  children: ComponentChildren | ((problem: ApiProblem | null) => ComponentChildren);
  /** Faults of these are shown beside them. */
  fields?: string[];
}

export function AskDialog(
  { button, of, title, act, onAct, children, fields = [] }: AskDialogProps,
) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const { busy, problem, run } = useSubmit();
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const [given, data] = [fieldsOf(form), new FormData(form)];
    run(async () => {
      await onAct(given, data);
      dialog.current?.close();
    });
  };
  return (
    <>
      <button
        type="button"
        class="button quiet small"
        aria-label={of && `${button} ${of}`}
        onClick={() => dialog.current?.showModal()}
      >
        {button}
      </button>
      <dialog ref={dialog} aria-labelledby={id}>
        <form class="stack" onSubmit={onSubmit}>
          <h2 id={id}>{title}</h2>
          {typeof children === "function" ? children(problem.value) : children}
          <ProblemNote problem={problem.value} fields={fields} />
          <div class="row">
            <button type="submit" class="button" disabled={busy.value}>{act}</button>
            <button type="button" class="button quiet" onClick={() => dialog.current?.close()}>
              {text.cancel}
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}

/** How long the old goes on beside the new. */
export function OverlapField({ what }: { what: string }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{what}</label>
      <select id={id} name="seconds" defaultValue="86400">
        {Object.entries(app.overlap).map(([seconds, words]) => (
          <option key={seconds} value={seconds}>{words}</option>
        ))}
      </select>
    </div>
  );
}
