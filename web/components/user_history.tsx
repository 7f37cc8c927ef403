/** What a user had, as the model knows it. */
import { useLoad } from "../load.ts";
import { userHistory } from "../project_api.ts";
import { ProblemNote } from "./problem_note.tsx";

export function UserHistory({ id, user }: { id: string; user: string }) {
  const { value, problem, reload } = useLoad((signal) => userHistory(id, user, signal), user);
  const history = value.value;
  return (
    <section class="card stack after tight" aria-labelledby="history">
      <h2 id="history">What {user} had</h2>
      <ProblemNote problem={problem.value} retry={reload} />
      {!history && !problem.value && <p class="muted" role="status">Reading the history…</p>}
      {history && history.items.length === 0 && (
        <p class="muted">
          {history.known
            ? "The model knows this user, but nothing of what they had."
            : "The model does not know this user."}
        </p>
      )}
      {history && history.items.length > 0 && (
        <>
          <p class="small muted">The newest first.</p>
          <div class="past" tabIndex={0} role="region" aria-label="Titles, the newest first">
            <ul class="plain">
              {history.items.map(({ item_id, item_title }) => <li key={item_id}>{item_title}</li>)}
            </ul>
          </div>
        </>
      )}
    </section>
  );
}
