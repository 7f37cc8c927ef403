import { useSignal } from "@preact/signals";
import { useLocation, useRoute } from "preact-iso";
import { useEffect, useRef } from "preact/hooks";
import { type ModelType, projectDetails, searchItems, searchUsers } from "../api.ts";
import { Combobox } from "../components/combobox.tsx";
import { FilterFields } from "../components/filter_fields.tsx";
import { ProblemNote } from "../components/problem_note.tsx";
import { ProjectFrame } from "../components/project_frame.tsx";
import { Ranked } from "../components/ranked.tsx";
import { SameCall } from "../components/same_call.tsx";
import { UserHistory } from "../components/user_history.tsx";
import { type Item, Visitor } from "../components/visitor.tsx";
import { useLoad } from "../load.ts";
import { type ApiProblem, asProblem } from "../problem.ts";
import { type Answer, ask, filterColumns } from "../project_api.ts";
import { type Asked, askedOf, isAsked, queryOf, questionOf } from "../question.ts";
import "../styles/trial.css";

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

function Trial({ id, type }: { id: string; type: ModelType }) {
  const { url, path, route } = useLocation();
  const asked = askedOf(url.split("?")[1] ?? "");
  const question = questionOf(asked);
  const facets = useLoad((signal) => filterColumns(id, signal), id);
  const { answer, problem, busy, before } = useAnswer(id, asked);
  const titles = useRef(new Map<string, string>());
  for (const { parts = [] } of answer?.recommendations ?? []) {
    for (const { item_id, item_title } of parts) titles.current.set(item_id, item_title);
  }
  const go = (next: Asked, replace = false) => route(`${path}?${queryOf(next)}`, replace);
  const add = ({ item_id, item_title }: Item) => {
    titles.current.set(item_id, item_title);
    const had = asked.had ?? [];
    if (!had.includes(item_id)) go({ ...asked, had: [...had, item_id] });
  };
  const nearest = problem?.document.nearest;
  const isVisitor = asked.had !== undefined;
  const { n, diversity, filter } = asked;
  return (
    <div class="stack">
      <nav class="segments" aria-label="Who asks">
        <a
          href={`${path}?${queryOf({ n, diversity, filter })}`}
          aria-current={isVisitor ? undefined : "true"}
        >
          {type === "CONTENT" ? "From an item" : "A known user"}
        </a>
        <a
          href={`${path}?${queryOf({ n, diversity, filter, had: [] })}`}
          aria-current={isVisitor ? "true" : undefined}
        >
          A visitor you have never seen
        </a>
      </nav>
      <div class="trial">
        <div class="stack asking">
          {isVisitor
            ? (
              <section class="card stack" aria-label="The visitor">
                <Visitor
                  id={id}
                  had={asked.had!}
                  titleOf={(item) => titles.current.get(item) ?? item}
                  onAdd={add}
                  onRemove={(item) =>
                    go({ ...asked, had: asked.had!.filter((other) => other !== item) })}
                />
                <HowMany value={n} onChange={(n) => go({ ...asked, n }, true)} />
              </section>
            )
            : <Form key={whoAsks(asked)} {...{ id, type, asked, busy, go }} />}
          {!isVisitor && asked.user_id && <UserHistory id={id} user={asked.user_id} />}
          {facets.value.value && (
            <FilterFields
              facets={facets.value.value}
              asked={asked}
              onChange={(next) => go(next, true)}
            />
          )}
        </div>
        <div class="stack answer" aria-busy={busy}>
          <ProblemNote problem={problem} />
          {Array.isArray(nearest) && nearest.length > 0 && (
            <div class="stack tight">
              <p>Did you mean one of these?</p>
              <div class="chips">
                {nearest.map((title: string) => (
                  <button
                    key={title}
                    type="button"
                    class="chip"
                    onClick={() => go({ ...asked, item_title: title, item_id: undefined })}
                  >
                    {title}
                  </button>
                ))}
              </div>
            </div>
          )}
          {!problem && (answer
            ? (
              <Ranked
                answer={answer}
                before={before}
                action={isVisitor ? { name: "They liked it too", on: add } : undefined}
              />
            )
            : (
              <p class="card muted">
                {busy ? "Asking the model…" : isVisitor ? FIRST_CLICK : INVITATION[type]}
              </p>
            ))}
          {isAsked(asked) && <SameCall id={id} question={question} />}
        </div>
      </div>
    </div>
  );
}

const FIRST_CLICK = "Click what the visitor liked, and see the list change with each click.";

const INVITATION: Record<ModelType, string> = {
  CONTENT: "Choose an item, and see what is like it.",
  COLLABORATIVE: "Choose a user, and see what they may like next.",
  HYBRID: "Choose an item and a user, and see what this user may like after it.",
};

/** What the form holds: other links fill it anew, sliders and filters leave it alone. */
function whoAsks({ item_title, item_id, user_id }: Asked): string {
  return queryOf({ item_title, item_id, user_id, filter: {} });
}

/** The answer to what is asked; the one before stays until it comes. */
function useAnswer(id: string, asked: Asked) {
  const state = useSignal<{ answer: Answer | null; before: string[] | null }>({
    answer: null,
    before: null,
  });
  const problem = useSignal<ApiProblem | null>(null);
  const busy = useSignal(false);
  useEffect(() => {
    if (!isAsked(asked)) {
      state.value = { answer: null, before: null };
      problem.value = null;
      busy.value = false;
      return;
    }
    const abort = new AbortController();
    busy.value = true;
    ask(id, questionOf(asked), abort.signal).then((answer) => {
      if (abort.signal.aborted) return;
      const before = state.value.answer?.recommendations.map(({ item_id }) => item_id) ?? null;
      state.value = { answer, before };
      problem.value = null;
      busy.value = false;
    }, (error) => {
      if (abort.signal.aborted) return;
      problem.value = asProblem(error);
      busy.value = false;
    });
    return () => abort.abort();
  }, [queryOf(asked)]);
  return { ...state.value, problem: problem.value, busy: busy.value };
}

interface FormProps {
  id: string;
  type: ModelType;
  asked: Asked;
  busy: boolean;
  go: (asked: Asked, replace?: boolean) => void;
}

/** A known item or user, or both: by typing. */
function Form({ id, type, asked, busy, go }: FormProps) {
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
    fault.value = item_title || user_id ? undefined : "Choose something to go by.";
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
          label="Item"
          placeholder="Type a part of a title"
          value={item.value.text}
          fault={fault.value}
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
          label="User"
          placeholder="Type a part of an id"
          value={user.value}
          fault={wantsItem ? undefined : fault.value}
          hint={wantsItem
            ? "An item, a user, or both; an id that training never saw is answered too."
            : "An id that training never saw is answered too."}
          onChange={(text) => user.value = text}
          search={async (text, signal) =>
            (await searchUsers(id, text, signal)).map(({ user_id }) => ({
              id: user_id,
              text: user_id,
            }))}
        />
      )}
      <HowMany value={asked.n} onChange={(n) => go({ ...asked, n }, true)} />
      <div>
        <button type="submit" class="button" disabled={busy}>Recommend</button>
      </div>
    </form>
  );
}

const COUNTS = ["5", "10", "20", "50"];

function HowMany(
  { value = "10", onChange }: { value: string | undefined; onChange: (n: string) => void },
) {
  return (
    <div class="field">
      <label for="n">How many</label>
      <select id="n" value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {[...new Set([...COUNTS, value])].map((count) => (
          <option key={count} value={count}>{count}</option>
        ))}
      </select>
    </div>
  );
}
