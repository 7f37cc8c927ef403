/** Deletes a project, after its name was typed: there is no way back. */
import { useSignal } from "@preact/signals";
import { useId, useRef } from "preact/hooks";
import { deleteProject, type ProjectDetails } from "../api.ts";
import { useSubmit } from "../submit.ts";
import { Field } from "./field.tsx";
import { ProblemNote } from "./problem_note.tsx";

interface DeleteProjectProps {
  project: ProjectDetails;
  onDeleted: () => void;
}

export function DeleteProject({ project, onDeleted }: DeleteProjectProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  const typed = useSignal("");
  const { busy, problem, run } = useSubmit();
  const name = project.project_name;
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    if (typed.value.trim() !== name.trim()) return;
    run(async () => {
      await deleteProject(String(project.id));
      onDeleted();
    });
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
        Delete project
      </button>
      <dialog ref={dialog} aria-labelledby={title}>
        <form class="stack" onSubmit={onSubmit}>
          <h2 id={title}>Delete {name}?</h2>
          <p>
            Its files, its model and its report go for good, and API calls that name it are answered
            with 404 from then on.
          </p>
          <Field
            label={`Type the project's name, ${name}`}
            autocomplete="off"
            value={typed.value}
            onInput={(event) => typed.value = event.currentTarget.value}
          />
          <ProblemNote problem={problem.value} />
          <div class="row">
            <button
              type="submit"
              class="button danger"
              disabled={busy.value || typed.value.trim() !== name.trim()}
            >
              Delete for good
            </button>
            <button type="button" class="button quiet" onClick={() => dialog.current?.close()}>
              Keep it
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}
