/** A file that is to become part of a project, with the mapping as the form has it. */
import {
  checkMapping,
  type FileKind,
  mappingKeys,
} from "../../functions/recommender/csv/mapping.ts";
import type { NewFile } from "../upload.ts";
import type { Head } from "./read_head.ts";

export interface Draft {
  kind: FileKind;
  file: File;
  head: Head;
  /** The columns chosen for each key; all but `feature_col` have at most one. */
  chosen: Record<string, string[]>;
}

/** Starts from the proposed mapping. */
export function draftOf(kind: FileKind, file: File, head: Head): Draft {
  const proposed = head.proposed[kind].mapping as Record<string, string | string[] | undefined>;
  const chosen = mappingKeys[kind].map((key) => [key, [proposed[key] ?? []].flat()]);
  return { kind, file, head, chosen: Object.fromEntries(chosen) };
}

/** The draft with other columns for a key. */
export function choose(draft: Draft, key: string, columns: string[]): Draft {
  return { ...draft, chosen: { ...draft.chosen, [key]: columns } };
}

/** Why a column was proposed for a key; undefined once another is chosen. */
export function reasonFor({ kind, head, chosen }: Draft, key: string): string | undefined {
  return head.proposed[kind].reasons.find((reason) =>
    reason.key === key && chosen[key].includes(reason.column)
  )?.reason;
}

/** What is wrong with the mapping, a sentence a key. */
export function faultsOf({ kind, head, ...draft }: Draft): Record<string, string> {
  const problems = checkMapping(kind, mappingOf({ kind, ...draft }), head.columns);
  return Object.fromEntries(
    problems.toReversed().map(({ pointer, detail }) => [pointer.split("/")[1], detail]),
  );
}

/** The mapping as the service takes it: what is chosen, lists only for `feature_col`. */
export function mappingOf({ chosen }: Pick<Draft, "kind" | "chosen">): NewFile["mapping"] {
  const given = Object.entries(chosen).filter(([, columns]) => columns.length > 0);
  return Object.fromEntries(
    given.map(([key, columns]) => [key, key === "feature_col" ? columns : columns[0]]),
  );
}

/** The file as it is uploaded. */
export function newFileOf(draft: Draft): NewFile {
  return {
    type: draft.kind === "CONTENT" ? "content" : "interaction",
    file: draft.file,
    mapping: mappingOf(draft),
    dialect: draft.head.dialect,
  };
}

/** Which kind of file this looks like: interactions have a user's column, known by its name. */
export function kindOf(head: Head): FileKind {
  const user = head.proposed.INTERACTION.reasons.find(({ key }) => key === "user_id");
  return user?.reason.startsWith("its name") ? "INTERACTION" : "CONTENT";
}
