/** What happened to the account and what it owns, the newest first. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { AUDIT_PAGE, type AuditEntry, listAudit } from "../api.ts";
import { useSubmit } from "../submit.ts";
import { dateTime } from "../words.ts";
import { ProblemNote } from "./problem_note.tsx";

const WORDS: Record<string, string> = {
  "account.created": "Account made",
  "account.signed_in": "Signed in",
  "account.sign_in_failed": "Sign-in refused: wrong password",
  "account.signed_out": "Signed out",
  "account.signed_out_everywhere": "Signed out everywhere",
  "account.session_revoked": "Session ended: its token was used twice, perhaps by somebody else",
  "account.password_changed": "Password changed",
  "account.password_refused": "Wrong password, while signed in",
  "account.password_reset": "Password reset by an operator",
  "account.exported": "Data exported",
};

export function Trail({ latest }: { latest: AuditEntry[] | undefined }) {
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
      <h2 id="trail">What happened</h2>
      {entries && (
        <div class="scroll">
          <table class="cards-when-narrow">
            <thead>
              <tr>
                <th scope="col">What</th>
                <th scope="col">When</th>
                <th scope="col">Details</th>
              </tr>
            </thead>
            <tbody>
              {entries.map(({ id, action, happened_at, detail }) => (
                <tr key={id}>
                  <th scope="row" class="name">{WORDS[action] ?? inWords(action)}</th>
                  <td data-label="When">
                    <time dateTime={happened_at}>{dateTime(happened_at)}</time>
                  </td>
                  <td data-label="Details" class="break">
                    {Object.values(detail).filter((value) => value !== null).join(", ") || "none"}
                  </td>
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
            Show older
          </button>
        </div>
      )}
    </section>
  );
}

/** `api_key.revoked` → "Api key revoked", for what other services note. */
function inWords(action: string): string {
  const text = action.replaceAll(/[._]/g, " ");
  return text[0].toUpperCase() + text.slice(1);
}
