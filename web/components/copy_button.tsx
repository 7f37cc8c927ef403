/** Copies a text, and says whether it worked. */
import { useSignal } from "@preact/signals";

interface CopyButtonProps {
  text: string;
  /** What is copied, for those who do not see what stands beside: "API key". */
  what: string;
}

export function CopyButton({ text, what }: CopyButtonProps) {
  const said = useSignal<"" | "Copied" | "Select it and copy by hand">("");
  const copy = async () => {
    said.value = await navigator.clipboard.writeText(text)
      .then(() => "Copied" as const, () => "Select it and copy by hand" as const);
    setTimeout(() => said.value = "", 2500);
  };
  return (
    <button type="button" class="button quiet small" aria-label={`Copy ${what}`} onClick={copy}>
      <span aria-live="polite">{said.value || "Copy"}</span>
    </button>
  );
}
