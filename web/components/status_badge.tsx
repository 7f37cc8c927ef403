/** A project's status as a word in a colour. */
import type { ProjectStatus } from "../api.ts";
import { STATUS_WORDS } from "../words.ts";

const TONE: Record<ProjectStatus, string> = {
  PENDING: "",
  PROCESSING: "busy",
  READY: "good",
  ERROR: "bad",
};

export function StatusBadge({ status }: { status: ProjectStatus }) {
  return <span class={`badge ${TONE[status]}`}>{STATUS_WORDS[status]}</span>;
}
