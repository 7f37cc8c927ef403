import { useSignal } from "@preact/signals";
import { useLocation } from "preact-iso";
import { useEffect } from "preact/hooks";
import { type Project, projectPages } from "../api.ts";
import { Page } from "../components/page.tsx";
import { ProblemNote } from "../components/problem_note.tsx";
import { StatusBadge } from "../components/status_badge.tsx";
import { useLoad } from "../load.ts";
import { qualityAtAGlance } from "../report.ts";
import { createSampleProject, FILMS, MUSIC, type Sample } from "../samples.ts";
import { useSubmit } from "../submit.ts";
import { ago, dateTime, percent, TYPE_WORDS } from "../words.ts";

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
      <Page title="Projects">
        {problem.value
          ? <ProblemNote problem={problem.value} retry={reload} />
          : <p class="muted" role="status">Reading your projects…</p>}
      </Page>
    );
  }
  if (projects.length === 0) {
    return (
      <Page title="Projects">
        <div class="empty">
          <p class="lead">A project turns your CSV files into recommendations.</p>
          <Beginnings />
        </div>
      </Page>
    );
  }
  return (
    <Page title="Projects" actions={<Beginnings />}>
      <div class="stack">
        <ProblemNote problem={problem.value} retry={reload} />
        <div class="scroll">
          <table class="cards-when-narrow">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Type</th>
                <th scope="col">Status</th>
                <th scope="col">Quality</th>
                <th scope="col">Trained</th>
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
              Show more
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
      <td data-label="Type">{TYPE_WORDS[model_type]}</td>
      <td>
        <span class="row">
          <StatusBadge status={status} />
          {status === "PROCESSING" && <span class="small muted">{percent(progress)}</span>}
        </span>
      </td>
      <td data-label="Quality">
        {trained_at ? qualityAtAGlance(quality) : "not trained yet"}
      </td>
      <td data-label="Trained">
        {trained_at
          ? <time dateTime={trained_at} title={dateTime(trained_at)}>{ago(trained_at)}</time>
          : "never"}
      </td>
    </tr>
  );
}

/** The ways to a project. */
function Beginnings() {
  const { route } = useLocation();
  const { busy, problem, run } = useSubmit();
  const make = (sample: Sample) =>
    run(async () => route(`/projects/${await createSampleProject(sample)}`));
  return (
    <div class="stack tight">
      <div class="row">
        <a class="button" href="/projects/new">New project</a>
        <button
          type="button"
          class="button quiet"
          disabled={busy.value}
          onClick={() => make(FILMS)}
        >
          {busy.value ? "Uploading the sample data" : "Try it with sample data"}
        </button>
        <button
          type="button"
          class="button bare"
          disabled={busy.value}
          onClick={() => make(MUSIC)}
        >
          or with music
        </button>
      </div>
      <ProblemNote problem={problem.value} />
    </div>
  );
}
