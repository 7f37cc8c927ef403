/** A project for its pages: as it stands, and as its training goes on, in this tab or by another. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Project, type ProjectDetails, projectDetails } from "./api.ts";
import { follow } from "./follow.ts";
import { useLoad } from "./load.ts";
import type { ApiProblem } from "./problem.ts";

export interface LiveProject {
  project: ProjectDetails | undefined;
  problem: ApiProblem | null;
  reload: () => void;
}

/** Where there is no stream, how often the project is read while it trains, in milliseconds. */
const POLL = 1_000;
/** A tab that is looked at learns by this what another one began. */
const GLANCE = 15_000;

export function useProject(id: string): LiveProject {
  const { value, problem, reload } = useLoad((signal) => projectDetails(id, signal), id);
  const live = useSignal<Project | null>(null);
  const details = value.value;
  const project = details && live.value?.id === details.id
    ? { ...details, ...live.value }
    : details;
  const moving = details !== undefined && isMoving(details);

  // What is read anew is newer than what was heard.
  useEffect(() => {
    live.value = null;
  }, [details]);
  useEffect(() => {
    if (!moving) return;
    const abort = new AbortController();
    listen(id, { signal: abort.signal, hear: (heard) => live.value = heard, reload });
    return () => abort.abort();
  }, [id, moving]);
  useEffect(() => {
    if (moving) return;
    const glance = () => {
      if (document.visibilityState === "visible") reload();
    };
    const timer = setInterval(glance, GLANCE);
    addEventListener("visibilitychange", glance);
    return () => {
      clearInterval(timer);
      removeEventListener("visibilitychange", glance);
    };
  }, [id, moving]);
  return { project, problem: problem.value, reload };
}

export function isMoving({ status }: Pick<Project, "status">): boolean {
  return status === "PENDING" || status === "PROCESSING";
}

/** Hears of each change by the stream; where it breaks, by reading again and again. */
async function listen(
  id: string,
  { signal, hear, reload }: {
    signal: AbortSignal;
    hear: (project: Project) => void;
    reload: () => void;
  },
): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const heard of follow(id, signal)) {
        if (signal.aborted) return;
        if (heard) hear(heard);
      }
    } catch {
      // No stream at the moment: below it is read the other way.
    }
    if (signal.aborted) return;
    reload();
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
}
