import { useRoute } from "preact-iso";
import { useEffect } from "preact/hooks";
import { type ProjectDetails, projectDetails, retrain } from "../api.ts";
import { ProblemNote } from "../components/problem_note.tsx";
import { ProjectFrame } from "../components/project_frame.tsx";
import { Quality } from "../components/quality.tsx";
import { Receipt } from "../components/receipt.tsx";
import { TrainingState } from "../components/training_state.tsx";
import { useLoad } from "../load.ts";
import { reportOf } from "../report.ts";
import { type Submit, useSubmit } from "../submit.ts";
import { dateTime, TYPE_WORDS } from "../words.ts";

/** How often a project is read again while it trains, in milliseconds. */
const EVERY = 1000;

/** A project: its training, its quality, its data. */
export function Project() {
  const { params: { id } } = useRoute();
  const { value, problem, reload } = useLoad((signal) => projectDetails(id, signal), id);
  const project = value.value;
  const isMoving = project && (project.status === "PENDING" || project.status === "PROCESSING");
  useEffect(() => {
    if (!isMoving) return;
    const timer = setTimeout(reload, EVERY);
    return () => clearTimeout(timer);
  }, [project, problem.value]);
  const retraining = useSubmit();
  const trainAgain = () =>
    retraining.run(async () => {
      await retrain(id);
      reload();
    });

  const report = project ? reportOf(project.report) : null;
  return (
    <ProjectFrame id={id} project={project} problem={problem.value} retry={reload}>
      {project && (
        <div class="stack wide">
          {isMoving && <TrainingState project={project} />}
          {project.status === "ERROR" && (
            <Failure project={project} {...{ retraining, trainAgain }} />
          )}
          {project.status === "READY" && project.error && (
            <div class="note warn stack tight" role="status">
              <p>
                The last training failed, and the version before it goes on serving. {project.error}
              </p>
              <p>
                <a href={`/projects/${id}/settings`}>Put its columns right</a>, or train again.
              </p>
            </div>
          )}
          {project.trained_at && (
            <div class="row">
              <a class="button" href={`/projects/${id}/try`}>Try it</a>
              <a class="button quiet" href={`/projects/${id}/report`}>Read the report</a>
              <a class="button quiet" href="/apps">Use it from a website</a>
            </div>
          )}
          {report && <Quality report={report} />}
          <Data project={project} />
          <div class="row">
            {project.status === "READY" && (
              <button
                type="button"
                class="button quiet small"
                disabled={retraining.busy.value}
                onClick={trainAgain}
              >
                Train again
              </button>
            )}
          </div>
          {project.status === "READY" && <ProblemNote problem={retraining.problem.value} />}
        </div>
      )}
    </ProjectFrame>
  );
}

interface FailureProps {
  project: ProjectDetails;
  retraining: Submit;
  trainAgain: () => void;
}

/** What went wrong, and the two ways on. */
function Failure({ project, retraining, trainAgain }: FailureProps) {
  return (
    <section class="note bad stack" aria-labelledby="failure" role="alert">
      <h2 id="failure">The training failed</h2>
      <p>{project.error ?? "The trainer gave no reason."}</p>
      <p>
        If a column was taken for another, put that right: the files need not come again. If the
        files themselves are at fault, make a new project of better ones. If it was the machine,
        such as too little memory, train again.
      </p>
      <div class="row">
        <a class="button" href={`/projects/${project.id}/settings`}>Put the columns right</a>
        <a class="button quiet" href="/projects/new">New project</a>
        <button
          type="button"
          class="button quiet"
          disabled={retraining.busy.value}
          onClick={trainAgain}
        >
          Train again
        </button>
      </div>
      <ProblemNote problem={retraining.problem.value} />
    </section>
  );
}

function Data({ project }: { project: ProjectDetails }) {
  return (
    <section class="card stack" aria-labelledby="data">
      <h2 id="data">Data</h2>
      <dl class="facts">
        <dt>Project id</dt>
        <dd>{project.id}</dd>
        <dt>Type</dt>
        <dd>{TYPE_WORDS[project.model_type]}</dd>
        <dt>Model</dt>
        <dd>
          <span class="mono">{project.mlflow_model_name}</span>
          {project.mlflow_model_version && `, version ${project.mlflow_model_version}`}
        </dd>
        <dt>Made</dt>
        <dd>{dateTime(project.created_at)}</dd>
        <dt>Trained</dt>
        <dd>{project.trained_at ? dateTime(project.trained_at) : "not yet"}</dd>
      </dl>
      {project.files.map((file) => (
        <Receipt key={file.id} file={file} isAwaited={project.status !== "ERROR"} />
      ))}
    </section>
  );
}
