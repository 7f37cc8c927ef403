import { useSignal } from "@preact/signals";
import { useLocation } from "preact-iso";
import { logIn, signUp } from "../api/api.ts";
import { Entrance } from "./entrance.tsx";
import { Field } from "../ui/field.tsx";
import { ProblemNote } from "../ui/problem_note.tsx";
import { StrengthMeter } from "./strength_meter.tsx";
import { beginSession } from "../api/session.ts";
import { fieldsOf, useSubmit } from "../api/submit.ts";
import { text } from "./entrance_words.ts";

/** Creates an account and signs in. */
export function SignUp() {
  const { query } = useLocation();
  const { busy, problem, run } = useSubmit();
  const typed = useSignal<Record<string, string>>({});
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const { name, email, password } = fieldsOf(event.currentTarget as HTMLFormElement);
    run(async () => {
      await signUp({ name, email, password });
      beginSession(await logIn({ email, password }));
    });
  };
  const elsewhere = query.next ? `/sign-in?next=${encodeURIComponent(query.next)}` : "/sign-in";
  return (
    <Entrance
      title={text.signUp}
      otherwise={
        <>
          {text.haveAccount} <a href={elsewhere}>{text.signIn}</a>
        </>
      }
    >
      <form
        class="stack"
        onSubmit={onSubmit}
        onInput={(event) => typed.value = fieldsOf(event.currentTarget)}
      >
        <Field
          label={text.name}
          name="name"
          autocomplete="name"
          required
          maxLength={200}
          fault={problem.value?.at("name", text.name)}
        />
        <Field
          label={text.email}
          name="email"
          type="email"
          autocomplete="username"
          required
          fault={problem.value?.at("email", text.email)}
        />
        <Field
          label={text.password}
          name="password"
          type="password"
          autocomplete="new-password"
          required
          minLength={8}
          hint={text.passwordHint}
          fault={problem.value?.at("password", text.password)}
        />
        <StrengthMeter
          password={typed.value.password ?? ""}
          about={[typed.value.name ?? "", typed.value.email ?? ""]}
        />
        <ProblemNote problem={problem.value} fields={["name", "email", "password"]} />
        <button type="submit" class="button" disabled={busy.value}>
          {busy.value ? text.making : text.signUp}
        </button>
      </form>
    </Entrance>
  );
}
