/** Identity secret of an app: create, show once, rotate; and how to sign user ids with it. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { findIdentity, makeIdentity } from "../api/apps_api.ts";
import { useLoad } from "../api/load.ts";
import { useSubmit } from "../api/submit.ts";
import { text as app } from "./app_words.ts";
import { text as apps } from "./apps_words.ts";
import { SIGNINGS } from "./user_token.ts";
import { AskDialog, OverlapField } from "./ask_dialog.tsx";
import { CodeBlock } from "../ui/code_block.tsx";
import { Languages } from "../ui/languages.tsx";
import { ProblemNote } from "../ui/problem_note.tsx";
import { Secret } from "../ui/secret.tsx";

const text = app.identity;

export function AppIdentity({ appId }: { appId: string }) {
  const { value, problem, reload } = useLoad((signal) => findIdentity(appId, signal), appId);
  const made = useSignal<string | null>(null);
  const making = useSubmit();
  const make = async (seconds: number) => {
    made.value = (await makeIdentity(appId, seconds)).secret;
    reload();
  };
  const identity = value.value;
  return (
    <section class="card stack" aria-labelledby="identity">
      <h2 id="identity">{text.title}</h2>
      <p class="muted">{text.explanation}</p>
      <ProblemNote problem={problem.value} retry={reload} />
      {made.value && <Made secret={made.value} onDone={() => made.value = null} />}
      {identity && (
        <div class="row">
          <span>{text.since(identity.made_at, identity.previous_secret_until)}</span>
          {identity.made_at === null
            ? (
              <button
                type="button"
                class="button"
                disabled={making.busy.value}
                onClick={() => making.run(() => make(0))}
              >
                {text.make}
              </button>
            )
            : (
              <AskDialog
                button={text.rotate.button}
                title={text.rotate.title}
                act={text.rotate.act}
                onAct={({ seconds }) => make(Number(seconds))}
              >
                <p>{text.rotate.explanation}</p>
                <OverlapField what={text.rotate.old} />
              </AskDialog>
            )}
        </div>
      )}
      <ProblemNote problem={making.problem.value} />
      <Signings />
    </section>
  );
}

function Made({ secret, onDone }: { secret: string; onDone: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [secret]);
  return (
    <div class="stack secrets">
      <h3 ref={heading} tabIndex={-1}>{text.made}</h3>
      <p class="note warn">{text.copy}</p>
      <Secret label={text.label} value={secret} hint={text.hint} />
      <div>
        <button type="button" class="button quiet" onClick={onDone}>
          {apps.registered.done}
        </button>
      </div>
    </div>
  );
}

function Signings() {
  const chosen = useSignal(SIGNINGS[0].language);
  const shown = SIGNINGS.find(({ language }) => language === chosen.value)!;
  return (
    <>
      <div class="row between">
        <h3>{text.sign}</h3>
        <Languages
          names={SIGNINGS.map(({ language }) => language)}
          chosen={chosen.value}
          onChoose={(language) => chosen.value = language}
        />
      </div>
      <CodeBlock label={text.program(shown.language)} text={shown.text} />
      <p class="muted small">{text.send}</p>
    </>
  );
}
