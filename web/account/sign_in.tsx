import { useLocation } from "preact-iso";
import { logIn } from "../api/api.ts";
import { Entrance } from "./entrance.tsx";
import { Field } from "../ui/field.tsx";
import { ProblemNote } from "../ui/problem_note.tsx";
import { beginSession, signedOutBecause } from "../api/session.ts";
import { fieldsOf, useSubmit } from "../api/submit.ts";
import { text } from "./entrance_words.ts";

/** Sign-in page; `app.tsx` redirects afterwards. */
export function SignIn() {
  const { query } = useLocation();
  const { busy, problem, run } = useSubmit();
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const { email, password } = fieldsOf(event.currentTarget as HTMLFormElement);
    run(async () => beginSession(await logIn({ email, password })));
  };
  const elsewhere = query.next ? `/sign-up?next=${encodeURIComponent(query.next)}` : "/sign-up";
  return (
    <Entrance
      title={text.signIn}
      otherwise={
        <>
          {text.noAccount} <a href={elsewhere}>{text.signUp}</a>
        </>
      }
    >
      {signedOutBecause.value && <p class="note" role="status">{signedOutBecause.value}</p>}
      <form class="stack" onSubmit={onSubmit}>
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
          autocomplete="current-password"
          required
          fault={problem.value?.at("password", text.password)}
        />
        <ProblemNote problem={problem.value} fields={["email", "password"]} />
        <button type="submit" class="button" disabled={busy.value}>{text.signIn}</button>
      </form>
    </Entrance>
  );
}
