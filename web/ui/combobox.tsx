/**
 * Text field with search results: the ARIA Authoring Practices' combobox, list autocomplete with
 * manual selection.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { text as controls } from "./controls_words.ts";

const text = controls.search;

/** A search result. */
export interface Choice {
  /** Identifier. */
  id: string;
  /** Text of the option, and of the field once chosen. */
  text: string;
  /** Distinguishes options with the same text. */
  detail?: string;
}

interface ComboboxProps {
  label: string;
  placeholder: string;
  /** Text of the field, chosen or typed. */
  value: string;
  /** Called on each input, and with the choice when an option is selected. */
  onChange: (text: string, choice: Choice | null) => void;
  search: (text: string, signal: AbortSignal) => Promise<Choice[]>;
  fault?: string;
  hint?: string;
}

/** Debounce of the search, in milliseconds. */
const PAUSE_MS = 150;

export function Combobox(
  { label, placeholder, value, onChange, search, fault, hint }: ComboboxProps,
) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const open = useSignal(false);
  const active = useSignal(-1);
  const choices = useSignal<Choice[]>([]);
  const message = useSignal("");

  useEffect(() => {
    if (!open.value) return;
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const found = await search(value, abort.signal);
        if (abort.signal.aborted) return;
        choices.value = found;
        active.value = -1;
        message.value = found.length === 0 ? text.nothing : text.found(found.length);
      } catch {
        if (abort.signal.aborted) return;
        choices.value = [];
        message.value = text.failed;
      }
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [value, open.value]);

  useEffect(() => {
    document.getElementById(`${id}-${active.value}`)?.scrollIntoView({ block: "nearest" });
  }, [active.value]);

  const close = () => {
    open.value = false;
    active.value = -1;
  };
  const choose = (choice: Choice) => {
    onChange(choice.text, choice);
    close();
    message.value = "";
    input.current?.focus();
  };
  const move = (by: number) => {
    open.value = true;
    const { length } = choices.value;
    if (length > 0) {
      active.value = (active.value + by + (active.value < 0 && by < 0 ? 1 : 0) + length) % length;
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && open.value && active.value >= 0) {
      event.preventDefault();
      choose(choices.value[active.value]);
    } else if (event.key === "Escape" && open.value) {
      event.preventDefault();
      close();
    }
  };

  const listed = open.value && choices.value.length > 0;
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="combobox">
        <input
          ref={input}
          id={id}
          type="text"
          role="combobox"
          autocomplete="off"
          spellcheck={false}
          placeholder={placeholder}
          value={value}
          aria-autocomplete="list"
          aria-expanded={listed}
          aria-controls={`${id}-list`}
          aria-activedescendant={listed && active.value >= 0 ? `${id}-${active.value}` : undefined}
          aria-invalid={fault ? "true" : undefined}
          aria-describedby={described || undefined}
          onInput={(event) => {
            open.value = true;
            onChange(event.currentTarget.value, null);
          }}
          onClick={() => open.value = true}
          onBlur={close}
          onKeyDown={onKeyDown}
        />
        {/* An overlay, so that opening it does not shift the layout. */}
        <div class="popup" hidden={!open.value || (!listed && message.value === "")}>
          {!listed && <p class="muted small">{message.value}.</p>}
          <div id={`${id}-list`} role="listbox" aria-label={label} hidden={!listed}>
            {choices.value.map((choice, index) => (
              <div
                key={choice.id}
                id={`${id}-${index}`}
                role="option"
                aria-selected={index === active.value}
                // Keeps the focus in the field, which would otherwise blur before the click.
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => choose(choice)}
              >
                <span>{choice.text}</span>
                {choice.detail && <span class="muted small">{choice.detail}</span>}
              </div>
            ))}
          </div>
        </div>
      </div>
      <span class="visually-hidden" role="status">{message.value}</span>
      {hint && <span class="hint" id={`${id}-hint`}>{hint}</span>}
      {fault && <span class="fault" id={`${id}-fault`}>{fault}</span>}
    </div>
  );
}
