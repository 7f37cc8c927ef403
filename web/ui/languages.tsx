/** Choice of the programming language of a code sample. */
import { text } from "./controls_words.ts";

interface LanguagesProps {
  names: string[];
  chosen: string;
  onChoose: (name: string) => void;
}

export function Languages({ names, chosen, onChoose }: LanguagesProps) {
  return (
    <div class="segments" role="group" aria-label={text.language}>
      {names.map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={name === chosen}
          onClick={() => onChoose(name)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
