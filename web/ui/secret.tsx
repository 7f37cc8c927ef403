/** A secret with a copy button. */
import { CopyButton } from "./copy_button.tsx";

interface SecretProps {
  label: string;
  value: string;
  hint: string;
}

export function Secret({ label, value, hint }: SecretProps) {
  return (
    <div class="field">
      <span class="label" aria-hidden="true">{label}</span>
      <div class="secret">
        <output aria-label={label}>{value}</output>
        <CopyButton text={value} what={label} />
      </div>
      <span class="hint">{hint}</span>
    </div>
  );
}
