/** Texts of the live tail of events. */
import type { RecentEvents } from "../api/project_api.ts";

type Fault = NonNullable<RecentEvents["events"][number]["list_fault"]>;

export const text = {
  title: "Live events",
  explanation:
    "The last 100 events and the last 100 rejected ones, newest first. New ones appear " +
    "within five seconds.",
  none: "No events in the table: they appear here as they arrive.",
  accepted: "Accepted events",
  rejected: "Rejected events",
  columns: {
    received: "Received",
    type: "Type",
    item: "Item",
    person: "User or visitor",
    list: "List",
    reason: "Reason",
  },
  unknown: "not in the catalogue",
  visitor: "visitor",
  noList: "–",
  list: (
    placement: string | null,
    { version, position }: { version: string; position: number | null },
  ) =>
    [
      placement || "without a placement",
      `version ${version}`,
      ...(position === null ? [] : [`position ${position + 1}`]),
    ].join(", "),
  faults: {
    forged: "recommendation_id changed or cut off",
    other_project: "list of another project",
    expired: "list older than 8 days",
    other_visitor: "list of another visitor",
    not_in_list: "item not in its list",
  } satisfies Record<Fault, string>,
};
