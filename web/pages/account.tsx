import { account, exportAccount, listAudit, logOutEverywhere } from "../api.ts";
import { ChangePassword } from "../components/change_password.tsx";
import { DeleteAccount } from "../components/delete_account.tsx";
import { Page } from "../components/page.tsx";
import { ProblemNote } from "../components/problem_note.tsx";
import { SignOut } from "../components/sign_out.tsx";
import { Trail } from "../components/trail.tsx";
import { useLoad } from "../load.ts";
import { endSession, session } from "../session.ts";
import { useSubmit } from "../submit.ts";

/** One's own account: who one is, the password, what happened, and the ways out. */
export function Account() {
  const { value, problem, reload } = useLoad(async (signal) => {
    const [who, entries] = await Promise.all([account(signal), listAudit()]);
    return { who, entries };
  });
  const out = useSubmit();
  const copy = useSubmit();
  const who = value.value?.who ?? session.value;
  return (
    <Page
      title="Account"
      actions={
        <div class="when-narrow">
          <SignOut />
        </div>
      }
    >
      <div class="stack wide">
        {session.value?.passwordChangeDue && (
          <p class="note" role="status">
            You signed in by a password that works only once. Choose one of your own now.
          </p>
        )}
        <ProblemNote problem={problem.value} retry={reload} />
        <section class="card">
          <dl class="facts">
            <dt>Name</dt>
            <dd>{who?.name}</dd>
            <dt>Email</dt>
            <dd class="break">{who?.email}</dd>
          </dl>
        </section>
        <ChangePassword email={who?.email ?? ""} onChanged={reload} />
        <section class="card stack" aria-labelledby="sessions">
          <h2 id="sessions">Sessions</h2>
          <p class="muted">
            Ends your sessions in all browsers, this one too. A page that is open elsewhere may read
            on for up to ten minutes.
          </p>
          <ProblemNote problem={out.problem.value} />
          <div>
            <button
              type="button"
              class="button quiet"
              disabled={out.busy.value}
              onClick={() =>
                out.run(async () => {
                  await logOutEverywhere();
                  endSession("You are signed out everywhere.");
                })}
            >
              Sign out everywhere
            </button>
          </div>
        </section>
        <Trail latest={value.value?.entries} />
        <section class="card stack" aria-labelledby="export">
          <h2 id="export">Your data</h2>
          <p class="muted">
            All that is stored about you and what you own, as JSON; of your files, all but their
            contents.
          </p>
          <ProblemNote problem={copy.problem.value} />
          <div>
            <button
              type="button"
              class="button quiet"
              disabled={copy.busy.value}
              onClick={() => copy.run(async () => download(await exportAccount()))}
            >
              Download
            </button>
          </div>
        </section>
        <div>
          <DeleteAccount email={who?.email ?? ""} />
        </div>
      </div>
    </Page>
  );
}

/** Hands a text over as a file. */
function download(text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = Object.assign(document.createElement("a"), {
    href: url,
    download: "airec-account.json",
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
