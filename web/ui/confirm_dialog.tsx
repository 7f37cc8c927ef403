/** Button that asks for confirmation in a dialog. */
import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";
import { useSubmit } from "../api/submit.ts";
import { ProblemNote } from "./problem_note.tsx";
import { text } from "./controls_words.ts";

interface ConfirmDialogProps {
  /** Label of the opening button, and of the button that confirms. */
  action: string;
  /** Name of the object, appended to the button's accessible name. */
  of?: string;
  title: string;
  /** Consequences, and how to undo them. */
  children: ComponentChildren;
  onConfirm: () => Promise<void>;
}

export function ConfirmDialog({ action, of, title, children, onConfirm }: ConfirmDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const { busy, problem, run } = useSubmit();
  const confirm = async () => {
    if (await run(onConfirm)) dialog.current?.close();
  };
  return (
    <>
      <button
        type="button"
        class="button quiet small"
        aria-label={of && `${action} ${of}`}
        onClick={() => dialog.current?.showModal()}
      >
        {action}
      </button>
      <dialog ref={dialog} aria-labelledby={heading}>
        <div class="stack">
          <h2 id={heading}>{title}</h2>
          {children}
          <ProblemNote problem={problem.value} />
          <div class="row">
            <button type="button" class="button" disabled={busy.value} onClick={confirm}>
              {action}
            </button>
            <button type="button" class="button quiet" onClick={() => dialog.current?.close()}>
              {text.leaveIt}
            </button>
          </div>
        </div>
      </dialog>
    </>
  );
}
