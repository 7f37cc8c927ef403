/** Password strength as a meter and a word. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { loadStrength, type Strength } from "./strength.ts";
import { text } from "./entrance_words.ts";

interface StrengthMeterProps {
  password: string;
  /** Personal data that a guesser would try first: name and e-mail address. */
  about: string[];
}

/** Renders nothing for an empty password, or if the estimator cannot be loaded: it is advisory. */
export function StrengthMeter({ password, about }: StrengthMeterProps) {
  const strength = useSignal<Strength | null>(null);
  const known = about.join("\n");
  useEffect(() => {
    if (password === "") {
      strength.value = null;
      return;
    }
    let isStale = false;
    const timer = setTimeout(async () => {
      const rate = await loadStrength().catch(() => null);
      if (!isStale) strength.value = rate && rate(password, known.split("\n").filter(Boolean));
    }, 200);
    return () => {
      isStale = true;
      clearTimeout(timer);
    };
  }, [password, known]);
  const value = strength.value;
  return (
    <div class="strength">
      {value !== null && (
        <meter min={0} max={4} low={2} high={3} optimum={4} value={value} aria-hidden="true" />
      )}
      <span class="hint" role="status">{value !== null && text.strength[value]}</span>
    </div>
  );
}
