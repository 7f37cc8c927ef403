/** What was just asked, as a program to copy: with an API key, and with the login. */
import { useSignal } from "@preact/signals";
import { curlByKey, curlByLogin, javascriptByKey, pythonByKey } from "../calls.ts";
import { config } from "../config.ts";
import type { Question } from "../project_api.ts";
import { session } from "../session.ts";
import { CodeBlock } from "./code_block.tsx";

const LANGUAGES = { curl: curlByKey, JavaScript: javascriptByKey, Python: pythonByKey };

interface SameCallProps {
  /** The project's id. */
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
        <h2 id="call">The same call</h2>
        <div class="segments" role="group" aria-label="Language">
          {Object.keys(LANGUAGES).map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={name === language.value}
              onClick={() => language.value = name as keyof typeof LANGUAGES}
            >
              {name}
            </button>
          ))}
        </div>
      </div>
      <p class="small muted">
        From your site or server, with the key of an <a href="/apps">app</a> in{" "}
        <code>AIREC_API_KEY</code>:
      </p>
      <CodeBlock
        label={`${language.value} with an API key`}
        text={LANGUAGES[language.value](call)}
      />
      <details>
        <summary class="small">With your login</summary>
        <div class="stack tight">
          <p class="small muted">
            Not shown, but copied along: your token, which opens your account until it expires.
          </p>
          <CodeBlock
            label="curl with your login"
            text={byLogin("…")}
            copied={byLogin(session.value?.token ?? "")}
          />
        </div>
      </details>
    </section>
  );
}
