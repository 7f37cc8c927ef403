/** Code for a page with a new publishable key. */
import { config } from "../api/config.ts";
import { CodeBlock } from "../ui/code_block.tsx";
import { text as apps } from "./apps_words.ts";
import { pageCode } from "../ui/page_code.ts";

const text = apps.snippet;

interface PageSnippetProps {
  apiKey: string;
  projects: number[] | null;
}

export function PageSnippet({ apiKey, projects }: PageSnippetProps) {
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
