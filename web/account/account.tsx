import { account, exportAccount, listAudit, logOutEverywhere } from "../api/api.ts";
import { ChangePassword } from "./change_password.tsx";
import { DeleteAccount } from "./delete_account.tsx";
import { Page } from "../ui/page.tsx";
import { ProblemNote } from "../ui/problem_note.tsx";
import { SignOut } from "./sign_out.tsx";
import { Trail } from "./trail.tsx";
import { useLoad } from "../api/load.ts";
import { saveFile } from "../api/save_file.ts";
import { endSession, session } from "../api/session.ts";
import { useSubmit } from "../api/submit.ts";
import { text } from "./account_words.ts";

/** Account page: profile, password, sessions, audit trail, export, deletion. */
export function Account() {
  const { value, problem, reload } = useLoad(async (signal) => {
    const [who, entries] = await Promise.all([account(signal), listAudit()]);
    return { who, entries };
  });
  const who = value.value?.who ?? session.value;
  return (
    <Page
      title={text.title}
      actions={
        <div class="when-narrow">
          <SignOut />
        </div>
      }
    >
      <div class="stack wide">
        {session.value?.passwordChangeDue && <p class="note" role="status">{text.onceOnly}</p>}
        <ProblemNote problem={problem.value} retry={reload} />
        <div class="columns">
          <div class="stack wide">
            <section class="card">
              <dl class="facts">
                <dt>{text.name}</dt>
                <dd>{who?.name}</dd>
                <dt>{text.email}</dt>
                <dd>{who?.email}</dd>
              </dl>
            </section>
            <ChangePassword email={who?.email ?? ""} onChanged={reload} />
          </div>
          <div class="stack wide">
            <Sessions />
            <Data />
            <section class="card stack tight" aria-labelledby="end">
              <h2 id="end">{text.delete.action}</h2>
              <p class="muted">{text.delete.explanation}</p>
              <div>
                <DeleteAccount email={who?.email ?? ""} />
              </div>
            </section>
          </div>
        </div>
        <Trail latest={value.value?.entries} userId={value.value?.who.id} />
      </div>
    </Page>
  );
}

function Sessions() {
  const { busy, problem, run } = useSubmit();
  const endAll = () =>
    run(async () => {
      await logOutEverywhere();
      endSession(text.sessions.ended);
    });
  return (
    <section class="card stack tight" aria-labelledby="sessions">
      <h2 id="sessions">{text.sessions.title}</h2>
      <p class="muted">{text.sessions.explanation}</p>
      <ProblemNote problem={problem.value} />
      <div>
        <button type="button" class="button quiet small" disabled={busy.value} onClick={endAll}>
          {text.sessions.end}
        </button>
      </div>
    </section>
  );
}

function Data() {
  const { busy, problem, run } = useSubmit();
  const save = () =>
    run(async () => {
      const all = new Blob([await exportAccount()], { type: "application/json" });
      saveFile(all, "airec-account.json");
    });
  return (
    <section class="card stack tight" aria-labelledby="export">
      <h2 id="export">{text.data.title}</h2>
      <p class="muted">{text.data.explanation}</p>
      <ProblemNote problem={problem.value} />
      <div>
        <button type="button" class="button quiet small" disabled={busy.value} onClick={save}>
          {text.data.download}
        </button>
      </div>
    </section>
  );
}
