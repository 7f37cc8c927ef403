/** A file that is to become part of a project, with the mapping as the form has it. */
import {
  checkMapping,
  type FileKind,
  type Mapping,
  mappingKeys,
} from "../../functions/recommender/csv/mapping.ts";
import type { ProposedMapping } from "../../functions/recommender/csv/propose/propose_mapping.ts";
import type { NewFile } from "../upload.ts";
import type { Head, MappedFile } from "./reader.ts";

export interface Draft {
  kind: FileKind;
  file: File;
  head: Head;
  /** What is proposed, with the reasons. */
  proposed: ProposedMapping;
  /** The columns chosen for each key; all but `feature_col` have at most one. */
  chosen: Record<string, string[]>;
  /** The keys that a person chose for: what is proposed later changes them no more. */
  touched: string[];
}

/** Starts from the proposed mapping. */
export function draftOf(kind: FileKind, file: File, head: Head): Draft {
  const empty = Object.fromEntries(mappingKeys[kind].map((key) => [key, []]));
  return propose({ kind, file, head, chosen: empty, touched: [] }, head.proposed[kind]);
}

/** The draft with another proposal, wherever nobody has chosen. */
export function propose(draft: Omit<Draft, "proposed">, proposed: ProposedMapping): Draft {
  const columns = proposed.mapping as Record<string, string | string[] | undefined>;
  const chosen = mappingKeys[draft.kind].map((key) => [
    key,
    draft.touched.includes(key) ? draft.chosen[key] : [columns[key] ?? []].flat(),
  ]);
  return { ...draft, proposed, chosen: Object.fromEntries(chosen) };
}

/**
 * The draft with a mapping that was chosen before.
 * @param reason why it is taken over, for each key that it has.
 */
export function restore(draft: Draft, mapping: NewFile["mapping"], reason?: string): Draft {
  const keys = mappingKeys[draft.kind];
  const chosen = keys.map((key) => [key, [mapping[key] ?? []].flat()] as const);
  const reasons = reason === undefined
    ? []
    : chosen.flatMap(([key, columns]) =>
      columns.map((column) => ({ key, column, reason, by: "match" as const }))
    );
  return {
    ...draft,
    chosen: Object.fromEntries(chosen),
    touched: [...keys],
    proposed: { ...draft.proposed, reasons },
  };
}

/** The draft with other columns for a key. */
export function choose(draft: Draft, key: string, columns: string[]): Draft {
  const touched = [...draft.touched.filter((other) => other !== key), key];
  return { ...draft, chosen: { ...draft.chosen, [key]: columns }, touched };
}

/** Why a column was proposed for a key; undefined once another is chosen. */
export function reasonFor({ proposed, chosen }: Draft, key: string): string | undefined {
  return proposed.reasons.find((reason) =>
    reason.key === key && chosen[key].includes(reason.column)
  )?.reason;
}

/** The keys that a column is chosen for; none where it is left out. */
export function rolesOf({ chosen }: Draft, column: string): string[] {
  return Object.keys(chosen).filter((key) => chosen[key].includes(column));
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

/** The file as the worker reads it. */
export function mappedFileOf(draft: Draft): MappedFile {
  const { kind, file, head: { dialect } } = draft;
  return { kind, file, dialect, mapping: mappingOf(draft) as unknown as Mapping };
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
  return user?.by === "name" ? "INTERACTION" : "CONTENT";
}

/** Which of two files is which: by the names of their columns, else the larger one has the events. */
export function kindsOf(files: { file: File; head: Head }[]): FileKind[] {
  const kinds = files.map(({ head }) => kindOf(head));
  if (files.length !== 2 || kinds[0] !== kinds[1]) return kinds;
  return files[0].file.size > files[1].file.size
    ? ["INTERACTION", "CONTENT"]
    : ["CONTENT", "INTERACTION"];
}
