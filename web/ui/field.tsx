/** Labelled text fields with hint and error message. */
import type { InputHTMLAttributes, JSX, TextareaHTMLAttributes } from "preact";
import { useId } from "preact/hooks";

interface Labelled {
  label: string;
  hint?: string;
  /** Error message, a sentence. */
  fault?: string;
}

/** ARIA attributes that link a control to its hint and error. */
interface Described {
  id: string;
  "aria-invalid"?: "true";
  "aria-describedby"?: string;
}

/** Single-line text field. */
export function Field(
  { label, hint, fault, ...input }: InputHTMLAttributes<HTMLInputElement> & Labelled,
) {
  return labelled({ label, hint, fault }, (about) => <input type="text" {...input} {...about} />);
}

/** Multi-line text field. */
export function LinesField(
  { label, hint, fault, ...area }: TextareaHTMLAttributes<HTMLTextAreaElement> & Labelled,
) {
  return labelled({ label, hint, fault }, (about) => <textarea rows={2} {...area} {...about} />);
}

function labelled(
  { label, hint, fault }: Labelled,
  control: (about: Described) => JSX.Element,
) {
  const id = useId();
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {control({
        id,
        "aria-invalid": fault ? "true" : undefined,
        "aria-describedby": described || undefined,
      })}
      {hint && <span class="hint" id={`${id}-hint`}>{hint}</span>}
      {fault && <span class="fault" id={`${id}-fault`}>{fault}</span>}
    </div>
  );
}
