/** Simulates an unknown visitor: the user picks the items of the history. */
import { useSignal } from "@preact/signals";
import { useLoad } from "../api/load.ts";
import { popularItems } from "../api/project_api.ts";
import { searchItems } from "../api/api.ts";
import { Combobox } from "../ui/combobox.tsx";
import { text as trial } from "./trial_words.ts";
import { ProblemNote } from "../ui/problem_note.tsx";

const text = trial.visitor;

export interface Item {
  item_id: string;
  item_title: string;
}

interface VisitorProps {
  id: string;
  had: string[];
  titleOf: (id: string) => string;
  onAdd: (item: Item) => void;
  onRemove: (id: string) => void;
}

/** Items offered. */
const SHOWN = 18;

export function Visitor({ id, had, titleOf, onAdd, onRemove }: VisitorProps) {
  const { value, problem, reload } = useLoad((signal) => popularItems(id, signal), id);
  const typed = useSignal("");
  const offered = (value.value ?? []).filter(({ item_id }) => !had.includes(item_id));
  return (
    <>
      <div class="field">
        <span class="label" id="had">
          {had.length > 0 ? text.had : text.hadNothing}
        </span>
        <div class="chips" role="group" aria-labelledby="had">
          {had.map((item) => (
            <button
              key={item}
              type="button"
              class="chip"
              aria-pressed="true"
              aria-label={text.remove(titleOf(item))}
              onClick={() => onRemove(item)}
            >
              {titleOf(item)} <span aria-hidden="true">×</span>
            </button>
          ))}
        </div>
      </div>
      <Combobox
        label={text.add}
        placeholder={trial.form.itemPlaceholder}
        value={typed.value}
        onChange={(text, choice) => {
          typed.value = choice ? "" : text;
          if (choice) onAdd({ item_id: choice.id, item_title: choice.text });
        }}
        search={async (text, signal) =>
          (await searchItems(id, text, signal)).map(({ item_id, item_title }) => ({
            id: item_id,
            text: item_title,
            detail: item_id === item_title ? undefined : item_id,
          }))}
      />
      <div class="field">
        <span class="label" id="popular">{text.popular}</span>
        <ProblemNote problem={problem.value} retry={reload} />
        <div class="chips strip" role="group" aria-labelledby="popular">
          {offered.slice(0, SHOWN).map((item) => (
            <button
              key={item.item_id}
              type="button"
              class="chip"
              onClick={() => onAdd(item)}
            >
              {item.item_title}
            </button>
          ))}
        </div>
      </div>
    </>
  );
}
