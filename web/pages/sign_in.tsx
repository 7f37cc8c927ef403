import { useLocation } from "preact-iso";
import { logIn } from "../api.ts";
import { Entrance } from "../components/entrance.tsx";
import { Field } from "../components/field.tsx";
import { ProblemNote } from "../components/problem_note.tsx";
import { beginSession, signedOutBecause } from "../session.ts";
import { fieldsOf, useSubmit } from "../submit.ts";

/** Sign in; where one goes then is up to the door. */
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
      title="Sign in"
      otherwise={
        <>
          No account yet? <a href={elsewhere}>Sign up</a>
        </>
      }
    >
      {signedOutBecause.value && <p class="note" role="status">{signedOutBecause.value}</p>}
      <form class="stack" onSubmit={onSubmit}>
        <Field
          label="Email"
          name="email"
          type="email"
          autocomplete="username"
          required
          fault={problem.value?.at("email", "Email")}
        />
        <Field
          label="Password"
          name="password"
          type="password"
          autocomplete="current-password"
          required
          fault={problem.value?.at("password", "Password")}
        />
        <ProblemNote problem={problem.value} fields={["email", "password"]} />
        <button type="submit" class="button" disabled={busy.value}>Sign in</button>
      </form>
    </Entrance>
  );
}
