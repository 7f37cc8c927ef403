/** Files of the new-project form: parsed when chosen, classified by content, mapped jointly. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { GivenDialect } from "../../functions/recommender/files/dialect/choose_dialect.ts";
import type { FileKind } from "../../functions/recommender/files/mapping.ts";
import { isOf, pendingUpload } from "./pending_upload.ts";
import { text } from "./import_words.ts";
import { drop, resume } from "./upload.ts";
import { type Draft, draftOf, kindOf, kindsOf, propose, reread, restore } from "./draft.ts";
import { ask, type Head, type Sampled } from "./reader.ts";

/** Form slot of one file kind. */
export interface Slot {
  draft?: Draft;
  /** Reason why the chosen file cannot be used. */
  refused?: string;
  /** Name of the file being read. */
  reading?: string;
}

export interface Drafts {
  slots: ReadonlySignal<Record<FileKind, Slot>>;
  /** Reads the files chosen for a slot. */
  take: (kind: FileKind, files: File[]) => Promise<void>;
  change: (draft: Draft) => void;
  /** Reads a file again with the selected settings. */
  readAgain: (draft: Draft, given: GivenDialect) => Promise<void>;
  /** Swaps the files of the two slots. */
  swap: () => void;
  remove: (kind: FileKind) => void;
}

const OTHER: Record<FileKind, FileKind> = { CONTENT: "INTERACTION", INTERACTION: "CONTENT" };

export function useDrafts(): Drafts {
  const slots = useSignal<Record<FileKind, Slot>>({ CONTENT: {}, INTERACTION: {} });
  const put = (kind: FileKind, slot: Slot) => slots.value = { ...slots.value, [kind]: slot };

  const take = async (kind: FileKind, files: File[]) => {
    const read: { file: File; head: Head }[] = [];
    for (const file of files.slice(0, 2)) {
      put(kind, { ...slots.value[kind], reading: file.name, refused: undefined });
      try {
        read.push({ file, head: await ask("head", { file }) });
      } catch (error) {
        put(kind, { refused: text.refused(file.name, (error as Error).message) });
      }
    }
    if (read.length > 0 && !slots.value[kind].refused) put(kind, {});
    const kinds = read.length > 1
      ? kindsOf(read)
      : read.map(({ head }) => placeOf(kind, head, slots.value));
    read.forEach(({ file, head }, i) => put(kinds[i], { draft: known(kinds[i], file, head) }));
  };

  const { CONTENT: { draft: content }, INTERACTION: { draft: interactions } } = slots.value;
  useEffect(() => {
    if (!content || !interactions) return;
    const abort = new AbortController();
    const asked = { content: sampled(content), interactions: sampled(interactions) };
    ask("together", asked, { signal: abort.signal }).then((proposed) => {
      for (const kind of ["CONTENT", "INTERACTION"] as const) {
        const { draft } = slots.value[kind];
        if (draft) put(kind, { draft: propose(draft, proposed[kind]) });
      }
    }, () => {
      // A file that cannot be read to its end is reported by its check.
    });
    return () => abort.abort();
  }, [content?.head, interactions?.head]);

  return {
    slots,
    take,
    change: (draft) => put(draft.kind, { draft }),
    async readAgain(draft, given) {
      const { kind, file, head: { dialect } } = draft;
      try {
        const head = await ask("head", { file, dialect, given });
        put(kind, { draft: reread(draft, head) });
      } catch (error) {
        put(kind, { refused: text.refused(file.name, (error as Error).message) });
      }
    },
    swap() {
      const { CONTENT, INTERACTION } = slots.value;
      slots.value = {
        CONTENT: INTERACTION.draft ? { draft: moved(INTERACTION.draft) } : {},
        INTERACTION: CONTENT.draft ? { draft: moved(CONTENT.draft) } : {},
      };
    },
    remove(kind) {
      const { draft } = slots.value[kind];
      if (draft) drop(draft.file);
      put(kind, {});
    },
  };
}

/**
 * Returns the slot of a single file: an evident interactions file that was chosen as items goes to
 * the interactions slot if that is empty.
 */
function placeOf(kind: FileKind, head: Head, slots: Record<FileKind, Slot>): FileKind {
  const looks = kindOf(head);
  const isEvident = looks === "INTERACTION" && kind === "CONTENT";
  return isEvident && !slots[looks].draft ? looks : kind;
}

/** Returns a draft; for a file of an interrupted upload, with its previous mapping and upload. */
function known(kind: FileKind, file: File, head: Head): Draft {
  const draft = draftOf(kind, file, head);
  const pending = pendingUpload()?.files.find((other) => other.kind === kind && isOf(other, file));
  if (!pending) return draft;
  if (pending.upload) resume(file, pending.upload);
  return restore({ ...draft, head: { ...head, dialect: pending.dialect } }, pending.mapping);
}

function moved({ kind, file, head }: Draft): Draft {
  return draftOf(OTHER[kind], file, head);
}

function sampled({ file, head: { dialect, columns, sampleRows } }: Draft): Sampled {
  return { file, dialect, columns, sampleRows };
}
