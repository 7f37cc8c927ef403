/**
 * Note on erased users who are still contained in files or model versions; nothing if there are
 * none.
 */
import { useLoad } from "../api/load.ts";
import { erasedUsers } from "../api/project_api.ts";
import { text } from "./settings_words.ts";

const words = text.forgetting;

export function StillToForget({ id }: { id: string }) {
  const { value } = useLoad((signal) => erasedUsers(id, signal), id);
  const found = value.value;
  if (!found || found.pending + found.in_weights === 0) return null;
  const [longest] = found.users;
  return (
    <section class="card stack" aria-labelledby="forgetting">
      <h2 id="forgetting">{words.title}</h2>
      {longest && (
        <p>
          {words.pending(found.pending, new Date(longest.since))}{" "}
          {found.overdue > 0 && words.overdue(found.overdue)} {longest.cause}
        </p>
      )}
      {found.in_weights > 0 && <p class="muted">{words.inWeights(found.in_weights)}</p>}
    </section>
  );
}
