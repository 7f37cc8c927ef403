/** Button that opens a dialog with a form. */
import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";
import { fieldsOf, useSubmit } from "../api/submit.ts";
import { ProblemNote } from "../ui/problem_note.tsx";
import type { ApiProblem } from "../api/problem.ts";
import { text as app } from "./app_words.ts";
import { text } from "../ui/controls_words.ts";

interface AskDialogProps {
  /** Label of the opening button. */
  button: string;
  title: string;
  /** Label of the dialog's submit button. */
  act: string;
  /** Name of the object, appended to the opening button's accessible name. */
  of?: string;
  /** Receives the form's fields; the dialog closes when it resolves. */
  onAct: (fields: Record<string, string>, data: FormData) => Promise<void>;
  /** Form fields; a function receives the problem of the last submission. */
  children: ComponentChildren | ((problem: ApiProblem | null) => ComponentChildren);
  /** Fields that show their own errors. */
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

/** Select for how long the old secret stays valid. */
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
