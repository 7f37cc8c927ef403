/** What was just asked, as a command to copy: with an API key, and with the login. */
import { config } from "../config.ts";
import { curlByKey, curlByLogin } from "../curl.ts";
import { session } from "../session.ts";
import { CodeBlock } from "./code_block.tsx";

interface CallAsCurlProps {
  /** The project's id. */
  id: string;
  asked: Record<string, string>;
}

export function CallAsCurl({ id, asked }: CallAsCurlProps) {
  const { recommender, webhooks } = config();
  const byLogin = (token: string) => curlByLogin(recommender, { project: id, asked, token });
  return (
    <section class="stack tight call" aria-labelledby="curl">
      <h2 id="curl">The same call</h2>
      <p class="small muted">
        From your site or server, with the key of an <a href="/apps">app</a> in{" "}
        <code>AIREC_API_KEY</code>:
      </p>
      <CodeBlock
        label="curl with an API key"
        text={curlByKey(webhooks, { project: Number(id), asked })}
      />
      <details>
        <summary>With your login</summary>
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
