/** Audit trail of the account, newest first. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { AUDIT_PAGE, type AuditEntry, listAudit } from "../api/api.ts";
import { useSubmit } from "../api/submit.ts";
import { ago, dateTime } from "../ui/words.ts";
import { text as account } from "./account_words.ts";
import { ProblemNote } from "../ui/problem_note.tsx";

const text = account.trail;

export function Trail(
  { latest, userId }: { latest: AuditEntry[] | undefined; userId: string | undefined },
) {
  const older = useSignal<AuditEntry[]>([]);
  const isWhole = useSignal(false);
  const { busy, problem, run } = useSubmit();
  useEffect(() => {
    older.value = [];
    isWhole.value = (latest?.length ?? 0) < Number(AUDIT_PAGE);
  }, [latest]);
  const entries = latest && [...latest, ...older.value];
  const showOlder = () =>
    run(async () => {
      const page = await listAudit(entries?.at(-1));
      older.value = [...older.value, ...page];
      isWhole.value = page.length < Number(AUDIT_PAGE);
    });
  return (
    <section class="stack" aria-labelledby="trail">
      <h2 id="trail">{text.title}</h2>
      {!entries && <p class="muted" role="status">{text.reading}</p>}
      {entries && (
        <div class="scroll">
          <table class="cards-when-narrow">
            <thead>
              <tr>
                <th scope="col">{text.what}</th>
                <th scope="col">{text.by}</th>
                <th scope="col">{text.when}</th>
                <th scope="col">{text.details}</th>
              </tr>
            </thead>
            <tbody>
              {entries.map(({ id, action, actor, happened_at, detail }) => (
                <tr key={id}>
                  <th scope="row" class="name strong">
                    {text.actions[action] ?? text.action(action)}
                  </th>
                  <td data-label={text.by}>{text.actor(actor, userId)}</td>
                  <td data-label={text.when}>
                    <time dateTime={happened_at} title={dateTime(happened_at)}>
                      {ago(happened_at)}
                    </time>
                  </td>
                  <td class="break muted">{text.detail(detail)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <ProblemNote problem={problem.value} />
      {entries && !isWhole.value && (
        <div>
          <button
            type="button"
            class="button quiet small"
            disabled={busy.value}
            onClick={showOlder}
          >
            {text.showOlder}
          </button>
        </div>
      )}
    </section>
  );
}
