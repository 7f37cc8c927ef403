/** History of a user, as the model knows it. */
import { useLoad } from "../api/load.ts";
import { userHistory } from "../api/project_api.ts";
import { text as trial } from "./trial_words.ts";
import { ProblemNote } from "../ui/problem_note.tsx";

const text = trial.history;

export function UserHistory({ id, user }: { id: string; user: string }) {
  const { value, problem, reload } = useLoad((signal) => userHistory(id, user, signal), user);
  const history = value.value;
  return (
    <section class="card stack after tight" aria-labelledby="history">
      <h2 id="history">{text.title(user)}</h2>
      <ProblemNote problem={problem.value} retry={reload} />
      {!history && !problem.value && <p class="muted" role="status">{text.reading}</p>}
      {history && history.items.length === 0 && (
        <p class="muted">
          {history.known ? text.nothingKept : text.unknown}
        </p>
      )}
      {history && history.items.length > 0 && (
        <>
          <p class="small muted">{text.order}</p>
          <div class="past" tabIndex={0} role="region" aria-label={text.list}>
            <ul class="plain">
              {history.items.map(({ item_id, item_title }) => <li key={item_id}>{item_title}</li>)}
            </ul>
          </div>
        </>
      )}
    </section>
  );
}
