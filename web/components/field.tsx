/** A labelled text field with its hint and what is wrong with it. */
import type { InputHTMLAttributes } from "preact";
import { useId } from "preact/hooks";

type FieldProps = InputHTMLAttributes<HTMLInputElement> & {
  label: string;
  hint?: string;
  /** What is wrong with the value, in a sentence. */
  fault?: string;
};

export function Field({ label, hint, fault, ...input }: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        type="text"
        {...input}
        id={id}
        aria-invalid={fault ? "true" : undefined}
        aria-describedby={described || undefined}
      />
      {hint && <span class="hint" id={`${id}-hint`}>{hint}</span>}
      {fault && <span class="fault" id={`${id}-fault`}>{fault}</span>}
    </div>
  );
}
