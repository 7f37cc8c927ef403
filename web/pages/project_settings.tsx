import { useLocation, useRoute } from "preact-iso";
import { deleteProject, projectDetails, retrain } from "../api.ts";
import { AppendFile } from "../components/append_file.tsx";
import { DeleteByName } from "../components/delete_by_name.tsx";
import { MendMappings } from "../components/mend_mappings.tsx";
import { ProblemNote } from "../components/problem_note.tsx";
import { ProjectFrame } from "../components/project_frame.tsx";
import { TrainingSettings } from "../components/training_settings.tsx";
import { useLoad } from "../load.ts";
import { readMappings, readSettings } from "../project_api.ts";
import { useSubmit } from "../submit.ts";
import { counted } from "../words.ts";

/** What can be changed about a project, and its end. */
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
            <h2 id="data">Data</h2>
            <p>
              {counted(project.files.length, "file")}, the last{" "}
              <span class="mono break">{project.files.at(-1)?.file_name}</span>.
            </p>
            {project.model_type === "CONTENT"
              ? (
                <p class="muted">
                  This project was made of items alone. For personal recommendations make another
                  with both files.
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
                Train again now
              </button>
              {isMoving && (
                <span class="muted">
                  It trains already: <a href={`/projects/${id}`}>see how it stands</a>.
                </span>
              )}
            </div>
            <ProblemNote problem={retraining.problem.value} />
          </section>
          {settings.value.value
            ? <TrainingSettings id={id} settings={settings.value.value} />
            : <ProblemNote problem={settings.problem.value} retry={settings.reload} />}
          <section class="card stack" id="columns" aria-labelledby="columns-title">
            <h2 id="columns-title">Columns</h2>
            <p class="muted small">
              If a training failed or a list looks odd because a column was taken for another, put
              it right here: the files need not be uploaded again, and what serves goes on serving.
            </p>
            {mappings.value.value
              ? <MendMappings id={id} files={mappings.value.value} onMended={toOverview} />
              : <ProblemNote problem={mappings.problem.value} retry={mappings.reload} />}
          </section>
          <section class="card stack" aria-labelledby="end">
            <h2 id="end">Delete</h2>
            <p class="muted small">
              Files, versions and reports go for good; there is no way back.
            </p>
            <div>
              <DeleteByName
                noun="project"
                name={project.project_name}
                consequence="Its files, its model and its report go for good, and calls that name it are answered with 404 from then on."
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
