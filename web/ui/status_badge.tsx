/** Badge of a project's status. */
import type { Project, ProjectStatus } from "../api/api.ts";
import { CANCELLED, STATUS_WORDS } from "./words.ts";

const TONE: Record<ProjectStatus, string> = {
  PENDING: "",
  PROCESSING: "busy",
  READY: "good",
  ERROR: "bad",
};

export function StatusBadge({ status, stage }: Pick<Project, "status" | "stage">) {
  if (status === "ERROR" && stage === "cancelled") return <span class="badge">{CANCELLED}</span>;
  return <span class={`badge ${TONE[status]}`}>{STATUS_WORDS[status]}</span>;
}
