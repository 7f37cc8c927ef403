import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Project, projectPages } from "../api/api.ts";
import { Beginnings } from "./beginnings.tsx";
import { Glance } from "./glance.tsx";
import { Page } from "../ui/page.tsx";
import { ProblemNote } from "../ui/problem_note.tsx";
import { StatusBadge } from "../ui/status_badge.tsx";
import { useLoad } from "../api/load.ts";
import { ago, dateTime, percent, TYPE_WORDS } from "../ui/words.ts";
import { text } from "./projects_words.ts";

const { columns } = text;

/** Polling interval while a project trains, in milliseconds. */
const POLL_MS = 2000;

/** List of the account's projects. */
export function Projects() {
  const pages = useSignal(1);
  const { value, problem, reload } = useLoad((signal) => projectPages(pages.value, signal));
  const projects = value.value?.projects;
  const isMoving = projects?.some(({ status }) => status === "PENDING" || status === "PROCESSING");
  useEffect(() => {
    if (!isMoving) return;
    const timer = setTimeout(reload, POLL_MS);
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
          <FilesToList />
          <div class="stack tight">
            <p class="lead large">{text.empty}</p>
            <p class="muted">{text.emptySays}</p>
          </div>
          <Beginnings isFirst />
        </div>
      </Page>
    );
  }
  const most = Math.max(...projects.map(({ quality }) => quality?.recall ?? 0));
  return (
    <Page title={text.title} actions={<Beginnings isFirst={false} />}>
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
              {projects.map((project) => <ProjectRow key={project.id} {...{ project, most }} />)}
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

function ProjectRow({ project, most }: { project: Project; most: number }) {
  const { id, project_name, model_type, status, progress, trained_at, quality } = project;
  return (
    <tr>
      <th scope="row" class="name">
        <a href={`/projects/${id}`}>{project_name}</a>
      </th>
      <td data-label={columns.type}>{TYPE_WORDS[model_type]}</td>
      <td>
        <span class="row">
          <StatusBadge {...project} />
          {status === "PROCESSING" && <span class="small muted">{percent(progress)}</span>}
        </span>
      </td>
      <td data-label={columns.quality}>
        {trained_at ? <Glance quality={quality} most={most} /> : text.notTrained}
      </td>
      <td data-label={columns.trained}>
        {trained_at
          ? <time dateTime={trained_at} title={dateTime(trained_at)}>{ago(trained_at)}</time>
          : text.never}
      </td>
    </tr>
  );
}

/** Illustration: two files become a ranked list. */
function FilesToList() {
  return (
    <svg class="files-to-list" width="220" height="96" viewBox="0 0 220 96" aria-hidden="true">
      {[0, 26].map((x) => (
        <g key={x} transform={`translate(${x} ${x / 2})`} class="sheet">
          <path d="M1 7a6 6 0 0 1 6-6h30l14 14v50a6 6 0 0 1-6 6H7a6 6 0 0 1-6-6z" />
          <path d="M37 1v14h14M11 28h30M11 40h30M11 52h20" />
        </g>
      ))}
      <path class="arrow" d="M92 48h34m-9-9 9 9-9 9" />
      {[0, 1, 2].map((row) => (
        <g key={row} transform={`translate(142 ${14 + row * 26})`} class="line">
          <rect width="16" height="16" rx="4" />
          <rect class="bar" x="24" y="4" width={50 - row * 14} height="8" rx="4" />
        </g>
      ))}
    </svg>
  );
}
