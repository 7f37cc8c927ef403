/** Types of the training report, derived from the routes that serve it. */
import type { Report, Run } from "./project_api.ts";

export type { Report, Run };
export type Candidate = Report["candidates"][number];
export type EventCount = NonNullable<Report["data"]["events"]>[number];
export type Test = NonNullable<Report["test"]>;
export type Metrics = Test["metrics"];
export type CurvePoint = Test["curve"][number];
export type Parameters = Candidate["parameters"];

/** Returns the report if its format is supported, else null: a newer trainer may have written it. */
export function reportOf(value: Report | null): Report | null {
  return value?.format === "airec-report" && value.format_version === 1 ? value : null;
}
