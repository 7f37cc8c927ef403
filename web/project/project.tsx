import { useRoute } from "preact-iso";
import { type ProjectDetails, retrain } from "../api/api.ts";
import { useLoad } from "../api/load.ts";
import { itemChanges } from "../api/project_api.ts";
import { ImprovingState } from "./improving_state.tsx";
import { ProblemNote } from "../ui/problem_note.tsx";
import { ProjectFrame } from "../ui/project_frame.tsx";
import { Quality } from "../report/quality.tsx";
import { Receipt } from "./receipt.tsx";
import { useTelling } from "./tell_me.tsx";
import { TrainingState } from "./training_state.tsx";
import { reportOf } from "../api/report.ts";
import { type Submit, useSubmit } from "../api/submit.ts";
import { text } from "./overview_words.ts";
import { text as training } from "./training_words.ts";
import { isMoving, useProject } from "./use_project.ts";
import { dateTime, TYPE_WORDS } from "../ui/words.ts";

/** Overview of a project: training, quality, data. */
export function Project() {
  const { params: { id } } = useRoute();
  const { project, problem, reload } = useProject(id);
  const isTraining = project !== undefined && isMoving(project);
  useTelling(project, isTraining);
  const retraining = useSubmit();
  const trainAgain = () =>
    retraining.run(async () => {
      await retrain(id);
      reload();
    });

  const report = project ? reportOf(project.report) : null;
  return (
    <ProjectFrame id={id} project={project} problem={problem} retry={reload}>
      {project && (
        <div class="stack wide">
          {isTraining && <TrainingState project={project} onCancelled={reload} />}
          {project.improving && (
            <ImprovingState project={project} improving={project.improving} onCancelled={reload} />
          )}
          {project.status === "ERROR" && (
            <Failure project={project} {...{ retraining, trainAgain }} />
          )}
          {project.status === "READY" && project.error && <Retrained project={project} />}
          {project.trained_at && (
            <div class="row">
              <a class="button" href={`/projects/${id}/try`}>{text.tryIt}</a>
              <a class="button quiet" href={`/projects/${id}/report`}>{text.report}</a>
              <a class="button quiet" href="/apps">{text.use}</a>
            </div>
          )}
          {report && <Quality report={report} />}
          <Data project={project} />
          {project.status === "READY" && (
            <div class="row">
              <button
                type="button"
                class="button quiet small"
                disabled={retraining.busy.value}
                onClick={trainAgain}
              >
                {training.again}
              </button>
            </div>
          )}
          {project.status === "READY" && <ProblemNote problem={retraining.problem.value} />}
        </div>
      )}
    </ProjectFrame>
  );
}

/** Outcome of a retraining that produced no serving version; the previous version still serves. */
function Retrained({ project: { id, stage, error } }: { project: ProjectDetails }) {
  const words = training.retrain;
  // For a refused version or a cancelled training the reason is a whole sentence.
  if (stage === "ready" || stage === "cancelled") {
    return <p class="note" role="status">{error}</p>;
  }
  return (
    <div class="note warn stack tight" role="status">
      <p>{words.failed(error!)}</p>
      <p>
        <a href={`/projects/${id}/settings`}>{words.mend}</a>
        {words.orAgain}
      </p>
    </div>
  );
}

interface FailureProps {
  project: ProjectDetails;
  retraining: Submit;
  trainAgain: () => void;
}

/** Reason of a failed or cancelled training, and the next steps. */
function Failure({ project, retraining, trainAgain }: FailureProps) {
  const isCancelled = project.stage === "cancelled";
  const { title, advice } = isCancelled ? training.cancelled : training.failed;
  const again = (
    <button
      type="button"
      class={isCancelled ? "button" : "button quiet"}
      disabled={retraining.busy.value}
      onClick={trainAgain}
    >
      {training.again}
    </button>
  );
  const mend = (
    <a class={isCancelled ? "button quiet" : "button"} href={`/projects/${project.id}/settings`}>
      {training.failed.mend}
    </a>
  );
  return (
    <section
      class={isCancelled ? "note warn stack" : "note bad stack"}
      aria-labelledby="failure"
      role="alert"
    >
      <h2 id="failure">{title}</h2>
      <p>{project.error ?? training.failed.noReason}</p>
      <p>{advice}</p>
      <div class="row">
        {isCancelled ? [again, mend] : [mend]}
        {!isCancelled && (
          <>
            <a class="button quiet" href="/projects/new">{training.failed.newProject}</a>
            {again}
          </>
        )}
      </div>
      <ProblemNote problem={retraining.problem.value} />
    </section>
  );
}

/** Number of items that differ from the serving version; nothing while it is unknown. */
function ItemsChanged({ id, since }: { id: string; since: string }) {
  const { value } = useLoad((signal) => itemChanges(id, signal), `${id} ${since}`);
  if (!value.value) return null;
  const { changed, most } = value.value;
  return (
    <>
      <dt>{text.itemsChanged}</dt>
      <dd>{text.changed(changed, most)}</dd>
    </>
  );
}

function Data({ project }: { project: ProjectDetails }) {
  return (
    <section class="card stack" aria-labelledby="data">
      <h2 id="data">{text.data}</h2>
      <dl class="facts">
        <dt>{text.id}</dt>
        <dd>{project.id}</dd>
        <dt>{text.type}</dt>
        <dd>{TYPE_WORDS[project.model_type]}</dd>
        <dt>{text.model}</dt>
        <dd>
          <span class="mono">{project.mlflow_model_name}</span>
          {project.mlflow_model_version && text.version(project.mlflow_model_version)}
        </dd>
        <dt>{text.made}</dt>
        <dd>{dateTime(project.created_at)}</dd>
        <dt>{text.trained}</dt>
        <dd>{project.trained_at ? dateTime(project.trained_at) : text.notYet}</dd>
        {project.trained_at && <ItemsChanged id={String(project.id)} since={project.trained_at} />}
      </dl>
      <div class="columns">
        {project.files.map((file) => (
          <Receipt
            key={file.id}
            project={project.id}
            file={file}
            isAwaited={project.status !== "ERROR"}
          />
        ))}
      </div>
    </section>
  );
}
