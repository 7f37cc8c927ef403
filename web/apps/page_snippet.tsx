/** Code for a page with a new publishable key. */
import { config } from "../api/config.ts";
import { useEffect } from "preact/hooks";
import { CodeBlock } from "../ui/code_block.tsx";
import { type PageKey, pageKey } from "../ui/page_key.ts";
import { text as apps } from "./apps_words.ts";
import { pageCode } from "../ui/page_code.ts";

const text = apps.snippet;

export function PageSnippet({ apiKey, projects }: PageKey) {
  useEffect(() => void (pageKey.value = { apiKey, projects }), [apiKey]);
  if (!projects?.length) return null;
  const { webhooks } = config();
  return (
    <div class="stack tight">
      <p>{text.explanation}</p>
      <CodeBlock
        label={text.label}
        text={pageCode({ webhooks, key: apiKey, project: projects[0] })}
      />
    </div>
  );
}
