/** What all pages of a project share: its name, its status, and the way between them. */
import type { ComponentChildren } from "preact";
import { useLocation } from "preact-iso";
import type { ProjectDetails } from "../api.ts";
import type { ApiProblem } from "../problem.ts";
import { Page } from "./page.tsx";
import { ProblemNote } from "./problem_note.tsx";
import { StatusBadge } from "./status_badge.tsx";

interface ProjectFrameProps {
  id: string;
  /** Undefined until it is read. */
  project: ProjectDetails | undefined;
  problem: ApiProblem | null;
  retry: () => void;
  children: ComponentChildren;
}

export function ProjectFrame({ id, project, problem, retry, children }: ProjectFrameProps) {
  const { path } = useLocation();
  if (!project) {
    return (
      <Page title={problem?.status === 404 ? "There is no such project" : `Project ${id}`}>
        {problem
          ? <ProblemNote problem={problem} retry={problem.status === 404 ? undefined : retry} />
          : <p class="muted" role="status">Reading the project…</p>}
      </Page>
    );
  }
  const places = [
    { href: `/projects/${id}`, name: "Overview" },
    { href: `/projects/${id}/report`, name: "Report" },
    { href: `/projects/${id}/versions`, name: "Versions" },
    { href: `/projects/${id}/try`, name: "Try it" },
    { href: `/projects/${id}/settings`, name: "Settings" },
  ];
  return (
    <Page title={project.project_name} beside={<StatusBadge status={project.status} />}>
      <nav class="tabs" aria-label="Project">
        {places.map(({ href, name }) => (
          <a key={href} href={href} aria-current={path === href ? "page" : undefined}>{name}</a>
        ))}
      </nav>
      <ProblemNote problem={problem} retry={retry} />
      {children}
    </Page>
  );
}
