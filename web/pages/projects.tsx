import { useSignal } from "@preact/signals";
import { useLocation } from "preact-iso";
import { useEffect } from "preact/hooks";
import { type Project, projectPages } from "../api.ts";
import { Page } from "../components/page.tsx";
import { ProblemNote } from "../components/problem_note.tsx";
import { UploadWait } from "../components/upload_state.tsx";
import { StatusBadge } from "../components/status_badge.tsx";
import { useLoad } from "../load.ts";
import { qualityAtAGlance } from "../report.ts";
import { createSampleProject, FILMS, MUSIC, type Sample } from "../samples.ts";
import { useSubmit } from "../submit.ts";
import { useUpload } from "../use_upload.ts";
import { ago, dateTime, percent, TYPE_WORDS } from "../words.ts";
import { text } from "../text/projects.ts";

const { columns } = text;

/** How often the list is read again while something in it trains, in milliseconds. */
const EVERY = 2000;

/** All projects of who is signed in. */
export function Projects() {
  const pages = useSignal(1);
  const { value, problem, reload } = useLoad((signal) => projectPages(pages.value, signal));
  const projects = value.value?.projects;
  const isMoving = projects?.some(({ status }) => status === "PENDING" || status === "PROCESSING");
  useEffect(() => {
    if (!isMoving) return;
    const timer = setTimeout(reload, EVERY);
    return () => clearTimeout(timer);
  }, [projects, problem.value]);

  if (!projects) {
    return (
      <Page title={text.title}>
        {problem.value
          ? <ProblemNote problem={problem.value} retry={reload} />
          : <p class="muted" role="status">{text.reading}</p>}
      </Page>
    );
  }
  if (projects.length === 0) {
    return (
      <Page title={text.title}>
        <div class="empty">
          <p class="lead">{text.empty}</p>
          <Beginnings />
        </div>
      </Page>
    );
  }
  return (
    <Page title={text.title} actions={<Beginnings />}>
      <div class="stack">
        <ProblemNote problem={problem.value} retry={reload} />
        <div class="scroll">
          <table class="cards-when-narrow">
            <thead>
              <tr>
                <th scope="col">{columns.name}</th>
                <th scope="col">{columns.type}</th>
                <th scope="col">{columns.status}</th>
                <th scope="col">{columns.quality}</th>
                <th scope="col">{columns.trained}</th>
              </tr>
            </thead>
            <tbody>
              {projects.map((project) => <ProjectRow key={project.id} project={project} />)}
            </tbody>
          </table>
        </div>
        {value.value!.hasMore && (
          <div>
            <button
              type="button"
              class="button quiet"
              onClick={() => {
                pages.value++;
                reload();
              }}
            >
              {text.showMore}
            </button>
          </div>
        )}
      </div>
    </Page>
  );
}

function ProjectRow({ project }: { project: Project }) {
  const { id, project_name, model_type, status, progress, trained_at, quality } = project;
  return (
    <tr>
      <th scope="row" class="name">
        <a href={`/projects/${id}`}>{project_name}</a>
      </th>
      <td data-label={columns.type}>{TYPE_WORDS[model_type]}</td>
      <td>
        <span class="row">
          <StatusBadge status={status} />
          {status === "PROCESSING" && <span class="small muted">{percent(progress)}</span>}
        </span>
      </td>
      <td data-label={columns.quality}>
        {trained_at ? qualityAtAGlance(quality) : text.notTrained}
      </td>
      <td data-label={columns.trained}>
        {trained_at
          ? <time dateTime={trained_at} title={dateTime(trained_at)}>{ago(trained_at)}</time>
          : text.never}
      </td>
    </tr>
  );
}

/** The ways to a project. */
function Beginnings() {
  const { route } = useLocation();
  const { busy, problem, run } = useSubmit();
  const sending = useUpload();
  const make = (sample: Sample) =>
    run(async () => {
      const id = await sending.during((options) => createSampleProject(sample, options));
      route(`/projects/${id}`);
    });
  return (
    <div class="stack tight">
      <div class="row">
        <a class="button" href="/projects/new">{text.newProject}</a>
        <button
          type="button"
          class="button quiet"
          disabled={busy.value}
          onClick={() => make(FILMS)}
        >
          {busy.value ? text.uploading : text.trySample}
        </button>
        <button
          type="button"
          class="button bare"
          disabled={busy.value}
          onClick={() => make(MUSIC)}
        >
          {text.tryMusic}
        </button>
      </div>
      {sending.state.value?.waiting && <UploadWait waiting={sending.state.value.waiting} />}
      <ProblemNote problem={problem.value} />
    </div>
  );
}
