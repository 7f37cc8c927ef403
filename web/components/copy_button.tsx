/** Copies a text, and says whether it worked. */
import { useSignal } from "@preact/signals";
import { text } from "../text/controls.ts";

interface CopyButtonProps {
  text: string;
  /** What is copied, for those who do not see what stands beside: "API key". */
  what: string;
}

export function CopyButton({ text: copied, what }: CopyButtonProps) {
  const said = useSignal("");
  const copy = async () => {
    said.value = await navigator.clipboard.writeText(copied)
      .then(() => text.copied, () => text.copyByHand);
    setTimeout(() => said.value = "", 2500);
  };
  return (
    <button
      type="button"
      class="button quiet small"
      aria-label={text.copyWhat(what)}
      onClick={copy}
    >
      <span aria-live="polite">{said.value || text.copy}</span>
    </button>
  );
}
