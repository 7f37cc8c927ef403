/** Form that changes the password. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { changePassword } from "../api/api.ts";
import { passwordChanged } from "../api/session.ts";
import { fieldsOf, useSubmit } from "../api/submit.ts";
import { text as account } from "./account_words.ts";
import { Field } from "../ui/field.tsx";
import { ProblemNote } from "../ui/problem_note.tsx";
import { StrengthMeter } from "./strength_meter.tsx";

const text = account.password;

interface ChangePasswordProps {
  /** Account name for password managers. */
  email: string;
  onChanged: () => void;
}

export function ChangePassword({ email, onChanged }: ChangePasswordProps) {
  const form = useRef<HTMLFormElement>(null);
  const isDone = useSignal(false);
  const chosen = useSignal("");
  const { busy, problem, run } = useSubmit();
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    isDone.value = false;
    const { password, new_password } = fieldsOf(form.current!);
    run(async () => {
      await changePassword({ password, new_password });
      passwordChanged();
      form.current?.reset();
      chosen.value = "";
      isDone.value = true;
      onChanged();
    });
  };
  return (
    <section class="card stack" aria-labelledby="password">
      <h2 id="password">{text.title}</h2>
      <form ref={form} class="stack" onSubmit={onSubmit}>
        <input type="hidden" name="username" autocomplete="username" value={email} />
        <Field
          label={text.present}
          name="password"
          type="password"
          autocomplete="current-password"
          required
          fault={problem.value?.at("password", text.presentFault)}
        />
        <Field
          label={text.chosen}
          name="new_password"
          type="password"
          autocomplete="new-password"
          required
          minLength={8}
          hint={text.hint}
          fault={problem.value?.at("new_password", text.chosenFault)}
          onInput={(event) => chosen.value = event.currentTarget.value}
        />
        <StrengthMeter password={chosen.value} about={[email]} />
        <ProblemNote problem={problem.value} fields={["password", "new_password"]} />
        {isDone.value && (
          <p class="note" role="status">
            {text.changed}
          </p>
        )}
        <div>
          <button type="submit" class="button" disabled={busy.value}>{text.change}</button>
        </div>
      </form>
    </section>
  );
}
