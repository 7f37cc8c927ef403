/** A project with live updates of its training. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Project, type ProjectDetails, projectDetails } from "../api/api.ts";
import { follow } from "../api/follow.ts";
import { useLoad } from "../api/load.ts";
import type { ApiProblem } from "../api/problem.ts";

export interface LiveProject {
  project: ProjectDetails | undefined;
  problem: ApiProblem | null;
  reload: () => void;
}

/** Polling interval during a training where the stream fails, in milliseconds. */
const POLL = 1_000;
/**
 * Polling interval of a visible tab without a training, in milliseconds: another tab may start one.
 */
const GLANCE = 15_000;
/** The same while a better version is searched for. */
const IMPROVING = 2_000;

export function useProject(id: string): LiveProject {
  const { value, problem, reload } = useLoad((signal) => projectDetails(id, signal), id);
  const live = useSignal<Project | null>(null);
  const details = value.value;
  const project = details && live.value?.id === details.id
    ? { ...details, ...live.value }
    : details;
  const moving = details !== undefined && isMoving(details);
  const interval = project?.improving ? IMPROVING : GLANCE;

  // Reloaded details are newer than streamed ones.
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
    const timer = setInterval(glance, interval);
    addEventListener("visibilitychange", glance);
    return () => {
      clearInterval(timer);
      removeEventListener("visibilitychange", glance);
    };
  }, [id, moving, interval]);
  return { project, problem: problem.value, reload };
}

export function isMoving({ status }: Pick<Project, "status">): boolean {
  return status === "PENDING" || status === "PROCESSING";
}

/** Follows the event stream; after each break, reloads and reconnects. */
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
      // The stream is unavailable; reload below.
    }
    if (signal.aborted) return;
    reload();
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
}
