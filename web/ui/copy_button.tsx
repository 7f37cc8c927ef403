/** Copies a text to the clipboard and reports the result. */
import { useSignal } from "@preact/signals";
import { text } from "./controls_words.ts";

interface CopyButtonProps {
  text: string;
  /** Noun for the button's accessible name, such as "API key". */
  what: string;
}

export function CopyButton({ text: copied, what }: CopyButtonProps) {
  const message = useSignal("");
  const copy = async () => {
    message.value = await navigator.clipboard.writeText(copied)
      .then(() => text.copied, () => text.copyByHand);
    setTimeout(() => message.value = "", 2500);
  };
  return (
    <button
      type="button"
      class="button quiet small"
      aria-label={text.copyWhat(what)}
      onClick={copy}
    >
      <span aria-live="polite">{message.value || text.copy}</span>
    </button>
  );
}
