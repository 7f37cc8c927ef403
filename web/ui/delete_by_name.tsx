/** Deletes an object after its name is typed. Irreversible. */
import { useSignal } from "@preact/signals";
import { useId, useRef } from "preact/hooks";
import { useSubmit } from "../api/submit.ts";
import { Field } from "./field.tsx";
import { ProblemNote } from "./problem_note.tsx";
import { text } from "./controls_words.ts";

interface DeleteByNameProps {
  /** Label of the action; by default "Delete". */
  verb?: string;
  /** Kind of object, such as "project". */
  noun: string;
  name: string;
  /** Sentence that names the other data that are deleted. */
  consequence: string;
  onDelete: () => Promise<void>;
}

export function DeleteByName(
  { verb = text.delete, noun, name, consequence, onDelete }: DeleteByNameProps,
) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  const typed = useSignal("");
  const { busy, problem, run } = useSubmit();
  const isRight = typed.value.trim() === name.trim();
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    if (isRight) run(onDelete);
  };
  return (
    <>
      <button
        type="button"
        class="button danger small"
        onClick={() => {
          typed.value = "";
          dialog.current?.showModal();
        }}
      >
        {verb} {noun}
      </button>
      <dialog ref={dialog} aria-labelledby={title}>
        <form class="stack" onSubmit={onSubmit}>
          <h2 id={title}>{text.really(verb, name)}</h2>
          <p>{consequence}</p>
          <Field
            label={text.typeName(noun, name)}
            autocomplete="off"
            value={typed.value}
            onInput={(event) => typed.value = event.currentTarget.value}
          />
          <ProblemNote problem={problem.value} />
          <div class="row">
            <button type="submit" class="button danger" disabled={busy.value || !isRight}>
              {text.forGood(verb)}
            </button>
            <button type="button" class="button quiet" onClick={() => dialog.current?.close()}>
              {text.keepIt}
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}
