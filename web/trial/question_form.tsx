/** Form that requests recommendations for an item, a user, or both. */
import { useSignal } from "@preact/signals";
import { type ModelType, searchItems, searchUsers } from "../api/api.ts";
import type { Asked } from "./question.ts";
import { text as trial } from "./trial_words.ts";
import { Combobox } from "../ui/combobox.tsx";

const text = trial.form;

interface QuestionFormProps {
  id: string;
  type: ModelType;
  asked: Asked;
  busy: boolean;
  /** Title of `asked.item_id`, where only the id is known. */
  title?: string;
  go: (asked: Asked, replace?: boolean) => void;
}

export function QuestionForm({ id, type, asked, busy, title, go }: QuestionFormProps) {
  const item = useSignal<{ text: string; id?: string }>({
    text: asked.item_title ?? asked.item_id ?? "",
    id: asked.item_id,
  });
  const user = useSignal(asked.user_id ?? "");
  const fault = useSignal<string | undefined>(undefined);
  const wantsItem = type !== "COLLABORATIVE";
  const wantsUser = type !== "CONTENT";
  const submit = () => {
    const item_title = item.value.text.trim() || undefined;
    const user_id = user.value.trim() || undefined;
    fault.value = item_title || user_id ? undefined : text.nothing;
    if (!fault.value) go({ ...asked, item_title, item_id: item.value.id, user_id });
  };
  return (
    <form
      class="card stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {wantsItem && (
        <Combobox
          label={text.item}
          placeholder={text.itemPlaceholder}
          value={item.value.text}
          fault={fault.value}
          hint={item.value.id !== undefined && title !== item.value.text ? title : undefined}
          onChange={(text, choice) => item.value = { text, id: choice?.id }}
          search={async (text, signal) =>
            (await searchItems(id, text, signal)).map(({ item_id, item_title }) => ({
              id: item_id,
              text: item_title,
              detail: item_id === item_title ? undefined : item_id,
            }))}
        />
      )}
      {wantsUser && (
        <Combobox
          label={text.user}
          placeholder={text.userPlaceholder}
          value={user.value}
          fault={wantsItem ? undefined : fault.value}
          hint={wantsItem ? text.anyOf : text.anyUser}
          onChange={(text) => user.value = text}
          search={async (text, signal) =>
            (await searchUsers(id, text, signal)).map(({ user_id }) => ({
              id: user_id,
              text: user_id,
            }))}
        />
      )}
      <div class="row between end">
        <HowMany value={asked.n} onChange={(n) => go({ ...asked, n }, true)} />
        <button type="submit" class="button" disabled={busy}>{text.recommend}</button>
      </div>
    </form>
  );
}

const COUNTS = ["5", "10", "20", "50"];

export function HowMany(
  { value = "10", onChange }: { value: string | undefined; onChange: (n: string) => void },
) {
  return (
    <div class="field short">
      <label for="n">{text.howMany}</label>
      <select id="n" value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {[...new Set([...COUNTS, value])].map((count) => (
          <option key={count} value={count}>{count}</option>
        ))}
      </select>
    </div>
  );
}
