/** Frame of a project's pages: name, status, tabs. */
import type { ComponentChildren } from "preact";
import { useLocation } from "preact-iso";
import type { ProjectDetails } from "../api/api.ts";
import type { ApiProblem } from "../api/problem.ts";
import { text } from "./project_frame_words.ts";
import { Page } from "./page.tsx";
import { ProblemNote } from "./problem_note.tsx";
import { StatusBadge } from "./status_badge.tsx";

interface ProjectFrameProps {
  id: string;
  /** Undefined until loaded. */
  project: ProjectDetails | undefined;
  problem: ApiProblem | null;
  retry: () => void;
  children: ComponentChildren;
}

export function ProjectFrame({ id, project, problem, retry, children }: ProjectFrameProps) {
  const { path } = useLocation();
  if (!project) {
    return (
      <Page title={problem?.status === 404 ? text.missing : text.title(id)}>
        {problem
          ? <ProblemNote problem={problem} retry={problem.status === 404 ? undefined : retry} />
          : <p class="muted" role="status">{text.reading}</p>}
      </Page>
    );
  }
  const places = [
    { href: `/projects/${id}`, name: text.parts.overview },
    { href: `/projects/${id}/report`, name: text.parts.report },
    { href: `/projects/${id}/results`, name: text.parts.results },
    { href: `/projects/${id}/versions`, name: text.parts.versions },
    { href: `/projects/${id}/try`, name: text.parts.tryIt },
    { href: `/projects/${id}/settings`, name: text.parts.settings },
  ];
  return (
    <Page title={project.project_name} beside={<StatusBadge {...project} />}>
      <nav class="tabs" aria-label={text.nav}>
        {places.map(({ href, name }) => (
          <a key={href} href={href} aria-current={path === href ? "page" : undefined}>{name}</a>
        ))}
      </nav>
      <ProblemNote problem={problem} retry={retry} />
      {children}
    </Page>
  );
}
