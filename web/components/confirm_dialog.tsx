/** Asks once more before something that others will notice. */
import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";
import { useSubmit } from "../submit.ts";
import { ProblemNote } from "./problem_note.tsx";
import { text } from "../text/controls.ts";

interface ConfirmDialogProps {
  /** On the button that opens it. */
  action: string;
  /** Who or what, for those who do not see what stands beside. */
  of?: string;
  title: string;
  /** What will happen, and the way back. */
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
