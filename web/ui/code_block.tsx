/** Code with a copy button. */
import { CopyButton } from "./copy_button.tsx";

interface CodeBlockProps {
  /** Accessible name, such as "curl command". */
  label: string;
  text: string;
  /** Text for the clipboard, where `text` masks a secret; by default `text`. */
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
