/** What happened to the account and what it owns, the newest first. */
import type { AuditEntry } from "../api.ts";
import { dateTime } from "../words.ts";

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

export function Trail({ entries }: { entries: AuditEntry[] | undefined }) {
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
    </section>
  );
}

/** `api_key.revoked` → "Api key revoked", for what other services note. */
function inWords(action: string): string {
  const text = action.replaceAll(/[._]/g, " ");
  return text[0].toUpperCase() + text.slice(1);
}
