/** Text to copy into a terminal. */
import { CopyButton } from "./copy_button.tsx";

interface CodeBlockProps {
  /** What it is: "curl command". */
  label: string;
  text: string;
  /** What is copied, where a secret is not shown; else the text. */
  copied?: string;
}

export function CodeBlock({ label, text, copied = text }: CodeBlockProps) {
  return (
    <div class="code">
      <pre tabIndex={0} role="region" aria-label={label}>{text}</pre>
      <CopyButton text={copied} what={label} />
    </div>
  );
}
