/** The last request as a code sample: with an API key, and with a login. */
import { useSignal } from "@preact/signals";
import { curlByKey, curlByLogin, javascriptByKey, pythonByKey } from "./calls.ts";
import { config } from "../api/config.ts";
import type { Question } from "../api/project_api.ts";
import { session } from "../api/session.ts";
import { text as trial } from "./trial_words.ts";
import { CodeBlock } from "../ui/code_block.tsx";
import { Languages } from "../ui/languages.tsx";

const text = trial.call;
const LANGUAGES = { curl: curlByKey, JavaScript: javascriptByKey, Python: pythonByKey };

interface SameCallProps {
  /** Project id. */
  id: string;
  question: Question;
}

export function SameCall({ id, question }: SameCallProps) {
  const language = useSignal<keyof typeof LANGUAGES>("curl");
  const { recommender, webhooks } = config();
  const byLogin = (token: string) => curlByLogin(recommender, { project: id, question, token });
  const call = { webhooks, project: Number(id), question };
  return (
    <section class="card stack tight" aria-labelledby="call">
      <div class="row between">
        <h2 id="call">{text.title}</h2>
        <Languages
          names={Object.keys(LANGUAGES)}
          chosen={language.value}
          onChoose={(name) => language.value = name as keyof typeof LANGUAGES}
        />
      </div>
      <p class="small muted">
        {text.byKey} <a href="/apps">{text.apps}</a>
      </p>
      <CodeBlock
        label={text.label(language.value)}
        text={LANGUAGES[language.value](call)}
      />
      <details>
        <summary class="small">{text.login}</summary>
        <div class="stack tight">
          <p class="small muted">
            {text.loginSays}
          </p>
          <CodeBlock
            label={text.loginLabel}
            text={byLogin("…")}
            copied={byLogin(session.value?.token ?? "")}
          />
        </div>
      </details>
    </section>
  );
}
