import { useSignal } from "@preact/signals";
import { useLocation, useRoute } from "preact-iso";
import { useEffect } from "preact/hooks";
import {
  type Answer,
  type Asked,
  type ModelType,
  projectDetails,
  recommendations,
  searchItems,
  searchUsers,
} from "../api.ts";
import { CallAsCurl } from "../components/call_as_curl.tsx";
import { Combobox } from "../components/combobox.tsx";
import { ProblemNote } from "../components/problem_note.tsx";
import { ProjectFrame } from "../components/project_frame.tsx";
import { Ranked } from "../components/ranked.tsx";
import { useLoad } from "../load.ts";
import { useSubmit } from "../submit.ts";

/** Ask a project and see what it answers. What is asked stands in the URL. */
export function TryIt() {
  const { params: { id } } = useRoute();
  const { value, problem, reload } = useLoad((signal) => projectDetails(id, signal), id);
  const project = value.value;
  return (
    <ProjectFrame id={id} project={project} problem={problem.value} retry={reload}>
      {project && (project.trained_at ? <Trial key={id} id={id} type={project.model_type} /> : (
        <p>
          There is nothing to try yet: the first training is not done.{" "}
          <a href={`/projects/${id}`}>See how it stands</a>.
        </p>
      ))}
    </ProjectFrame>
  );
}

const COUNTS = ["5", "10", "20", "50"];

function Trial({ id, type }: { id: string; type: ModelType }) {
  const { query, path, route } = useLocation();
  const asked = askedOf(query);
  const item = useSignal<{ text: string; id?: string }>({
    text: query.item_title ?? "",
    id: query.item_id,
  });
  const user = useSignal(query.user_id ?? "");
  const n = useSignal(query.n ?? "10");
  const wantsItem = type !== "COLLABORATIVE";
  const wantsUser = type !== "CONTENT";
  const faults = useSignal<{ item?: string; user?: string }>({});
  const answer = useSignal<Answer | null>(null);
  const { busy, problem, run } = useSubmit();

  const key = JSON.stringify(asked);
  useEffect(() => {
    if (!asked.item_title && !asked.user_id) {
      answer.value = null;
      return;
    }
    run(async () => {
      answer.value = await recommendations(id, asked);
    });
  }, [key]);

  const ask = (next: Asked) => {
    const url = `${path}?${new URLSearchParams(given(next))}`;
    if (JSON.stringify(given(next)) === key) {
      run(async () => {
        answer.value = await recommendations(id, asked);
      });
    } else route(url);
  };
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const text = item.value.text.trim();
    faults.value = {
      item: wantsItem && text === "" ? "Choose an item to start from." : undefined,
      user: wantsUser && user.value.trim() === ""
        ? "Choose a user, or type an id that nobody has."
        : undefined,
    };
    if (faults.value.item || faults.value.user) return;
    ask({
      ...(wantsItem && { item_title: text, item_id: item.value.id }),
      ...(wantsUser && { user_id: user.value.trim() }),
      n: n.value,
    });
  };
  const nearest = problem.value?.document.nearest;

  return (
    <div class="trial">
      <form class="card stack" onSubmit={onSubmit} noValidate>
        {wantsItem && (
          <Combobox
            label="Item"
            placeholder="Type a part of a title"
            value={item.value.text}
            fault={faults.value.item}
            onChange={(text, choice) => {
              item.value = { text, id: choice?.id };
              faults.value = { ...faults.value, item: undefined };
            }}
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
            label="User"
            placeholder="Type a part of an id"
            value={user.value}
            fault={faults.value.user}
            hint="An id that training never saw is answered too."
            onChange={(text) => {
              user.value = text;
              faults.value = { ...faults.value, user: undefined };
            }}
            search={async (text, signal) =>
              (await searchUsers(id, text, signal)).map(({ user_id }) => ({
                id: user_id,
                text: user_id,
              }))}
          />
        )}
        <div class="field">
          <label for="n">How many</label>
          <select
            id="n"
            value={n.value}
            onChange={(event) => n.value = event.currentTarget.value}
          >
            {[...new Set([...COUNTS, n.value])].map((count) => (
              <option key={count} value={count}>{count}</option>
            ))}
          </select>
        </div>
        <div>
          <button type="submit" class="button" disabled={busy.value}>Recommend</button>
        </div>
      </form>
      <div class="stack answer" aria-busy={busy.value}>
        <ProblemNote problem={problem.value} />
        {Array.isArray(nearest) && nearest.length > 0 && (
          <div class="stack tight">
            <p>Did you mean one of these?</p>
            <div class="row">
              {nearest.map((title: string) => (
                <button
                  key={title}
                  type="button"
                  class="button quiet small"
                  onClick={() => {
                    item.value = { text: title, id: undefined };
                    ask({ ...asked, item_title: title, item_id: undefined });
                  }}
                >
                  {title}
                </button>
              ))}
            </div>
          </div>
        )}
        {!problem.value && (answer.value
          ? <Ranked answer={answer.value} />
          : <p class="muted">{busy.value ? "Asking the model…" : INVITATION[type]}</p>)}
      </div>
      {(asked.item_title || asked.user_id) && <CallAsCurl id={id} asked={asked} />}
    </div>
  );
}

const INVITATION: Record<ModelType, string> = {
  CONTENT: "Choose an item, and see what is like it.",
  COLLABORATIVE: "Choose a user, and see what they may like next.",
  HYBRID: "Choose an item and a user, and see what this user may like after it.",
};

/** What the URL asks for. */
function askedOf(query: Record<string, string>): Record<string, string> {
  const { item_title, item_id, user_id, n } = query;
  return given({ item_title, item_id, user_id, n });
}

/** What is given, without what is empty. */
function given(asked: Asked): Record<string, string> {
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value)) as Record<
    string,
    string
  >;
}
