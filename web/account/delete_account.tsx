/** Deletes the account, after the e-mail address and the password are entered. Irreversible. */
import { useSignal } from "@preact/signals";
import { useId, useRef } from "preact/hooks";
import { deleteAccount } from "../api/api.ts";
import { endSession } from "../api/session.ts";
import { fieldsOf, useSubmit } from "../api/submit.ts";
import { text as account } from "./account_words.ts";
import { text as controls } from "../ui/controls_words.ts";
import { Field } from "../ui/field.tsx";
import { ProblemNote } from "../ui/problem_note.tsx";

const text = account.delete;

export function DeleteAccount({ email }: { email: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  const typed = useSignal("");
  const { busy, problem, run } = useSubmit();
  const isRight = email !== "" && typed.value.trim().toLowerCase() === email.toLowerCase();
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const { password } = fieldsOf(event.currentTarget as HTMLFormElement);
    if (!isRight) return;
    run(async () => {
      await deleteAccount(password);
      endSession(text.done);
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
        {text.action}
      </button>
      <dialog ref={dialog} aria-labelledby={title}>
        <form class="stack" onSubmit={onSubmit}>
          <h2 id={title}>{text.title}</h2>
          <p>
            {text.explanation}
          </p>
          <Field
            label={text.type(email)}
            autocomplete="off"
            value={typed.value}
            onInput={(event) => typed.value = event.currentTarget.value}
          />
          <Field
            label={text.password}
            name="password"
            type="password"
            autocomplete="current-password"
            required
            fault={problem.value?.at("password", text.passwordFault)}
          />
          <ProblemNote problem={problem.value} fields={["password"]} />
          <div class="row">
            <button type="submit" class="button danger" disabled={busy.value || !isRight}>
              {text.forGood}
            </button>
            <button type="button" class="button quiet" onClick={() => dialog.current?.close()}>
              {controls.keepIt}
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}
