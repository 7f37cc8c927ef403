import { useLocation, useRoute } from "preact-iso";
import { deleteProject, projectDetails, retrain } from "../api/api.ts";
import { AppendFile } from "./append_file.tsx";
import { DeleteByName } from "../ui/delete_by_name.tsx";
import { ItemFeed } from "./item_feed.tsx";
import { LiveSettings } from "./live_settings.tsx";
import { MendMappings } from "./mend_mappings.tsx";
import { ModelFiles } from "./model_files.tsx";
import { ProblemNote } from "../ui/problem_note.tsx";
import { ProjectFrame } from "../ui/project_frame.tsx";
import { StillToForget } from "./still_to_forget.tsx";
import { TrainingSettings } from "./training_settings.tsx";
import { useLoad } from "../api/load.ts";
import { readMappings, readSettings } from "../api/project_api.ts";
import { useSubmit } from "../api/submit.ts";
import { text } from "./settings_words.ts";

/** Settings of a project, and its deletion. */
export function ProjectSettings() {
  const { params: { id } } = useRoute();
  const { route } = useLocation();
  const { value, problem, reload } = useLoad((signal) => projectDetails(id, signal), id);
  const settings = useLoad((signal) => readSettings(id, signal), id);
  const mappings = useLoad((signal) => readMappings(id, signal), id);
  const retraining = useSubmit();
  const project = value.value;
  const toOverview = () => route(`/projects/${id}`);
  const trainAgain = () =>
    retraining.run(async () => {
      await retrain(id);
      toOverview();
    });
  const isMoving = project?.status === "PENDING" || project?.status === "PROCESSING";
  return (
    <ProjectFrame id={id} project={project} problem={problem.value} retry={reload}>
      {project && (
        <div class="stack wide">
          <section class="card stack" aria-labelledby="data">
            <h2 id="data">{text.data.title}</h2>
            {project.model_type === "CONTENT"
              ? (
                <p class="muted">
                  {text.data.contentOnly}
                </p>
              )
              : mappings.value.value && (
                <AppendFile
                  id={id}
                  first={mappings.value.value.interactions}
                  onAdded={reload}
                />
              )}
            <div class="row">
              <button
                type="button"
                class="button"
                disabled={retraining.busy.value || isMoving}
                onClick={trainAgain}
              >
                {text.data.trainNow}
              </button>
              {isMoving && (
                <span class="muted">
                  {text.data.trains} <a href={`/projects/${id}`}>{text.data.seeHowItStands}</a>
                </span>
              )}
            </div>
            <ProblemNote problem={retraining.problem.value} />
          </section>
          <StillToForget id={id} />
          {settings.value.value
            ? (
              <>
                <TrainingSettings id={id} settings={settings.value.value} />
                <LiveSettings id={id} settings={settings.value.value} />
                <ItemFeed
                  id={id}
                  settings={settings.value.value}
                  isTrained={project.trained_at !== null}
                />
              </>
            )
            : <ProblemNote problem={settings.problem.value} retry={settings.reload} />}
          <section class="card stack" id="columns" aria-labelledby="columns-title">
            <h2 id="columns-title">{text.columns.title}</h2>
            <p class="muted small">
              {text.columns.explanation}
            </p>
            {mappings.value.value
              ? <MendMappings id={id} files={mappings.value.value} onMended={toOverview} />
              : <ProblemNote problem={mappings.problem.value} retry={mappings.reload} />}
          </section>
          <ModelFiles project={project} />
          <section class="card stack" aria-labelledby="end">
            <h2 id="end">{text.end.title}</h2>
            <p class="muted small">
              {text.end.explanation}
            </p>
            <div>
              <DeleteByName
                noun={text.end.noun}
                name={project.project_name}
                consequence={text.end.consequence}
                onDelete={async () => {
                  await deleteProject(id);
                  route("/");
                }}
              />
            </div>
          </section>
        </div>
      )}
    </ProjectFrame>
  );
}
