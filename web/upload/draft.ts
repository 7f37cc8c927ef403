/** A file of a new project with the state of its mapping form. */
import {
  checkMapping,
  type FileKind,
  keysOf,
  type Mapping,
  mappingChoices,
  mappingKeys,
} from "../../functions/recommender/files/mapping.ts";
import { dialectFor } from "../../functions/recommender/files/dialect/choose_dialect.ts";
import type { Dialect } from "../../functions/recommender/files/dialect.ts";
import { readingNotes } from "../../functions/recommender/files/formats/reading_notes.ts";
import { isOnePerson, ONE_PERSON } from "../../functions/recommender/files/propose/one_person.ts";
import type { ProposedMapping } from "../../functions/recommender/files/propose/propose_mapping.ts";
import type { Head, MappedFile } from "./reader.ts";

export interface Draft {
  kind: FileKind;
  file: File;
  head: Head;
  /** Proposed mapping with its reasons. */
  proposed: ProposedMapping;
  /** Chosen columns by key, at most one except for `feature_col`; and the format choices. */
  chosen: Record<string, string[]>;
  /** Keys set by the user, which later proposals do not change. */
  touched: string[];
}

/** Returns a draft with the proposed mapping. */
export function draftOf(kind: FileKind, file: File, head: Head): Draft {
  const empty = Object.fromEntries(keysOf(kind).map((key) => [key, []]));
  return propose({ kind, file, head, chosen: empty, touched: [] }, head.proposed[kind]);
}

/**
 * Returns a draft of a file that was read again: what was chosen is kept, where its columns still
 * exist.
 */
export function reread({ kind, file, chosen, touched }: Draft, head: Head): Draft {
  const exists = (key: string) =>
    key in mappingChoices || chosen[key].every((column) => head.columns.includes(column));
  return touched.filter(exists).reduce(
    (draft, key) => choose(draft, key, chosen[key]),
    draftOf(kind, file, head),
  );
}

/** Returns the draft with a new proposal, applied to the untouched keys. */
export function propose(draft: Omit<Draft, "proposed">, proposed: ProposedMapping): Draft {
  const columns = proposed.mapping as Record<string, string | string[] | undefined>;
  const chosen = keysOf(draft.kind).map((key) => [
    key,
    draft.touched.includes(key) ? draft.chosen[key] : [columns[key] ?? []].flat(),
  ]);
  return { ...draft, proposed, chosen: Object.fromEntries(chosen) };
}

/**
 * Returns the draft with a previously chosen mapping.
 * @param reason shown for each of its columns
 */
export function restore(draft: Draft, mapping: Mapping, reason?: string): Draft {
  const keys = keysOf(draft.kind);
  const columns = new Map<string, string | string[]>(Object.entries(mapping));
  const chosen = keys.map((key) => [key, [columns.get(key) ?? []].flat()] as const);
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

/** Returns the draft with other columns for a key. */
export function choose(draft: Draft, key: string, columns: string[]): Draft {
  const touched = [...draft.touched.filter((other) => other !== key), key];
  return { ...draft, chosen: { ...draft.chosen, [key]: columns }, touched };
}

/** Returns why a column was proposed for a key; undefined once another is chosen. */
export function reasonFor({ proposed, chosen }: Draft, key: string): string | undefined {
  return proposed.reasons.find((reason) =>
    reason.key === key && chosen[key].includes(reason.column)
  )?.reason;
}

/** Returns the keys that a column is chosen for. */
export function rolesOf({ kind, chosen }: Draft, column: string): string[] {
  return mappingKeys[kind].filter((key) => chosen[key].includes(column));
}

/** Returns the errors of the mapping, one sentence by key. */
export function faultsOf({ kind, head, ...draft }: Draft): Record<string, string> {
  const problems = checkMapping(kind, mappingOf({ kind, ...draft }), head.columns);
  return Object.fromEntries(
    problems.toReversed().map(({ pointer, detail }) => [pointer.split("/")[1], detail]),
  );
}

/** Returns the mapping in the API's shape: lists only for `feature_col`. */
export function mappingOf({ chosen }: Pick<Draft, "kind" | "chosen">): Mapping {
  const given = Object.entries(chosen).filter(([, columns]) => columns.length > 0);
  return Object.fromEntries(
    given.map(([key, columns]) => [key, key === "feature_col" ? columns : columns[0]]),
  ) as unknown as Mapping;
}

function dialectOf({ kind, head }: Draft): Dialect {
  return dialectFor(kind, head.dialect);
}

/** Returns the notes on how a file of this kind is read. */
export function notesOf(draft: Draft): string[] {
  const { notes = [], dialect, columns } = draft.head;
  const own = readingNotes({ dialect: dialectOf(draft), columns });
  const other = readingNotes({ dialect, columns }).filter((note) => !own.includes(note));
  const alone = draft.kind === "INTERACTION" && isOnePerson(columns) ? [ONE_PERSON] : [];
  return [...notes.filter((note) => !other.includes(note)), ...alone];
}

/** Returns the file as it is read and uploaded. */
export function mappedFileOf(draft: Draft): MappedFile {
  const { kind, file } = draft;
  return { kind, file, dialect: dialectOf(draft), mapping: mappingOf(draft) };
}

/** Guesses the kind of a file: interactions have a column named like a user id. */
export function kindOf(head: Head): FileKind {
  const user = head.proposed.INTERACTION.reasons.find(({ key }) => key === "user_id");
  return user?.by === "name" ? "INTERACTION" : "CONTENT";
}

/**
 * Guesses the kinds of several files by column names; of two files of one kind, the larger has the
 * interactions.
 */
export function kindsOf(files: { file: File; head: Head }[]): FileKind[] {
  const kinds = files.map(({ head }) => kindOf(head));
  if (files.length !== 2 || kinds[0] !== kinds[1]) return kinds;
  return files[0].file.size > files[1].file.size
    ? ["INTERACTION", "CONTENT"]
    : ["CONTENT", "INTERACTION"];
}
