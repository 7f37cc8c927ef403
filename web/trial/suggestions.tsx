/** Example items or users to start from. */
import { type ModelType, searchItems, searchUsers } from "../api/api.ts";
import { useLoad } from "../api/load.ts";
import type { Asked } from "./question.ts";
import { text } from "./trial_words.ts";

const SHOWN = 8;

interface SuggestionsProps {
  id: string;
  type: ModelType;
  asked: Asked;
  go: (asked: Asked) => void;
}

/** Users for collaborative models, else items; nothing if none are found. */
export function Suggestions({ id, type, asked, go }: SuggestionsProps) {
  const { value } = useLoad(async (signal): Promise<{ name: string; asked: Asked }[]> => {
    if (type === "COLLABORATIVE") {
      const users = await searchUsers(id, "", signal);
      return users.map(({ user_id }) => ({ name: user_id, asked: { ...asked, user_id } }));
    }
    const items = await searchItems(id, "", signal);
    return items.map(({ item_id, item_title }) => ({
      name: item_title,
      asked: { ...asked, item_id, item_title },
    }));
  }, id);
  if (!value.value?.length) return null;
  return (
    <>
      <p id="begin">{type === "COLLABORATIVE" ? text.beginWithUser : text.beginWithItem}</p>
      <div class="chips" role="group" aria-labelledby="begin">
        {value.value.slice(0, SHOWN).map(({ name, asked }) => (
          <button
            key={name}
            type="button"
            class="chip"
            onClick={() => go(asked)}
          >
            {name}
          </button>
        ))}
      </div>
    </>
  );
}
