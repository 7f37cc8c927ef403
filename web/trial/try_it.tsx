import { useSignal } from "@preact/signals";
import { useLocation, useRoute } from "preact-iso";
import { useEffect, useRef } from "preact/hooks";
import { type ModelType, projectDetails } from "../api/api.ts";
import { FilterFields } from "./filter_fields.tsx";
import { ProblemNote } from "../ui/problem_note.tsx";
import { ProjectFrame } from "../ui/project_frame.tsx";
import { HowMany, QuestionForm } from "./question_form.tsx";
import { Ranked } from "./ranked.tsx";
import { SameCall } from "./same_call.tsx";
import { Suggestions } from "./suggestions.tsx";
import { UserHistory } from "./user_history.tsx";
import { type Item, Visitor } from "./visitor.tsx";
import { useLoad } from "../api/load.ts";
import { type ApiProblem, asProblem } from "../api/problem.ts";
import { type Answer, ask, filterColumns } from "../api/project_api.ts";
import { type Asked, askedOf, isAsked, queryOf, questionOf } from "./question.ts";
import { text } from "./trial_words.ts";
import "../styles/trial.css";

/** Requests recommendations interactively. The request is part of the URL. */
export function TryIt() {
  const { params: { id } } = useRoute();
  const { value, problem, reload } = useLoad((signal) => projectDetails(id, signal), id);
  const project = value.value;
  return (
    <ProjectFrame id={id} project={project} problem={problem.value} retry={reload}>
      {project && (project.trained_at ? <Trial key={id} id={id} type={project.model_type} /> : (
        <p>
          {text.nothingYet} <a href={`/projects/${id}`}>{text.seeHowItStands}</a>
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
  const { answer, problem, busy, before, askAgain } = useAnswer(id, asked);
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
      <nav class="segments" aria-label={text.whoAsks}>
        <a
          href={`${path}?${queryOf({ n, diversity, filter })}`}
          aria-current={isVisitor ? undefined : "true"}
        >
          {type === "CONTENT" ? text.fromItem : text.knownUser}
        </a>
        <a
          href={`${path}?${queryOf({ n, diversity, filter, had: [] })}`}
          aria-current={isVisitor ? "true" : undefined}
        >
          {text.stranger}
        </a>
      </nav>
      <div class="trial">
        <div class="stack asking">
          {isVisitor
            ? (
              <section class="card stack" aria-label={text.theVisitor}>
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
            : (
              <QuestionForm
                key={whoAsks(asked)}
                {...{ id, type, asked, busy, go }}
                title={titles.current.get(asked.item_id ?? "")}
              />
            )}
          {!isVisitor && asked.user_id && <UserHistory id={id} user={asked.user_id} />}
          <ProblemNote problem={facets.problem.value} retry={facets.reload} />
          {facets.value.value && (
            <FilterFields
              facets={facets.value.value}
              asked={asked}
              onChange={(next) => go(next, true)}
            />
          )}
        </div>
        <div class="stack answer" aria-busy={busy}>
          <ProblemNote problem={problem} retry={problem?.status === 0 ? askAgain : undefined} />
          {Array.isArray(nearest) && nearest.length > 0 && (
            <div class="stack tight">
              <p>{text.didYouMean}</p>
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
                action={isVisitor ? { name: text.visitor.likedToo, on: add } : undefined}
              />
            )
            : (
              <section class="card stack tight" aria-label={text.answer.title}>
                <p class="muted">
                  {busy ? text.asking : isVisitor ? text.firstClick : text.invitation[type]}
                </p>
                {!busy && !isVisitor && <Suggestions {...{ id, type, asked, go }} />}
              </section>
            ))}
          {isAsked(asked) && <SameCall id={id} question={question} />}
        </div>
      </div>
    </div>
  );
}

/** Returns the key of the form: another item or user resets it, filters and sliders do not. */
function whoAsks({ item_title, item_id, user_id }: Asked): string {
  return queryOf({ item_title, item_id, user_id, filter: {} });
}

/** Loads the recommendations of a request; the previous ones stay until they arrive. */
function useAnswer(id: string, asked: Asked) {
  const state = useSignal<{ answer: Answer | null; before: string[] | null }>({
    answer: null,
    before: null,
  });
  const problem = useSignal<ApiProblem | null>(null);
  const busy = useSignal(false);
  const turn = useSignal(0);
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
  }, [queryOf(asked), turn.value]);
  return {
    ...state.value,
    problem: problem.value,
    busy: busy.value,
    askAgain: () => turn.value++,
  };
}
