/** A button that asks before it acts: a dialog with a form of its own. */
import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";
import { fieldsOf, useSubmit } from "../submit.ts";
import { ProblemNote } from "./problem_note.tsx";
import { text } from "../text/controls.ts";

interface AskDialogProps {
  /** What the button says. */
  button: string;
  title: string;
  /** What the button in the dialog says. */
  act: string;
  /** Gets the form's fields; the dialog closes when it is done. */
  onAct: (fields: Record<string, string>) => Promise<void>;
  children: ComponentChildren;
}

export function AskDialog({ button, title, act, onAct, children }: AskDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const { busy, problem, run } = useSubmit();
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const fields = fieldsOf(event.currentTarget as HTMLFormElement);
    run(async () => {
      await onAct(fields);
      dialog.current?.close();
    });
  };
  return (
    <>
      <button
        type="button"
        class="button quiet small"
        onClick={() => dialog.current?.showModal()}
      >
        {button}
      </button>
      <dialog ref={dialog} aria-labelledby={id}>
        <form class="stack" onSubmit={onSubmit}>
          <h2 id={id}>{title}</h2>
          {children}
          <ProblemNote problem={problem.value} />
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
        <option value="0">ends at once</option>
        <option value="3600">goes on for an hour</option>
        <option value="86400">goes on for a day</option>
        <option value="604800">goes on for a week</option>
      </select>
    </div>
  );
}
