/** Somebody the model has never seen: what they had is clicked together. */
import { useLoad } from "../load.ts";
import { popularItems } from "../project_api.ts";
import { searchItems } from "../api.ts";
import { Combobox } from "./combobox.tsx";
import { ProblemNote } from "./problem_note.tsx";
import { useSignal } from "@preact/signals";

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

/** A handful to begin with. */
const SHOWN = 18;

export function Visitor({ id, had, titleOf, onAdd, onRemove }: VisitorProps) {
  const { value, problem, reload } = useLoad((signal) => popularItems(id, signal), id);
  const typed = useSignal("");
  const offered = (value.value ?? []).filter(({ item_id }) => !had.includes(item_id));
  return (
    <>
      <div class="field">
        <span class="label" id="had">
          {had.length > 0 ? "What the visitor had" : "The visitor has had nothing yet"}
        </span>
        <div class="chips" role="group" aria-labelledby="had">
          {had.map((item) => (
            <button
              key={item}
              type="button"
              class="chip"
              aria-pressed="true"
              aria-label={`Remove ${titleOf(item)}`}
              onClick={() => onRemove(item)}
            >
              {titleOf(item)} <span aria-hidden="true">×</span>
            </button>
          ))}
        </div>
      </div>
      <Combobox
        label="Add an item"
        placeholder="Type a part of a title"
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
        <span class="label" id="popular">Or click what they liked</span>
        <ProblemNote problem={problem.value} retry={reload} />
        <div class="chips" role="group" aria-labelledby="popular">
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
