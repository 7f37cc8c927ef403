import { useSignal } from "@preact/signals";
import { useLocation } from "preact-iso";
import { useEffect } from "preact/hooks";
import type { FileKind } from "../../functions/recommender/csv/mapping.ts";
import { Field } from "../components/field.tsx";
import { FileCard } from "../components/file_card.tsx";
import { Page } from "../components/page.tsx";
import { ProblemNote } from "../components/problem_note.tsx";
import { UploadState } from "../components/upload_state.tsx";
import { type Draft, draftOf, faultsOf, kindOf, newFileOf } from "../csv/draft.ts";
import { readHead } from "../csv/read_head.ts";
import { fieldsOf, useSubmit } from "../submit.ts";
import { uploadProject } from "../upload.ts";

type Slot = { draft?: Draft; refused?: string; reading?: string };

const KINDS: FileKind[] = ["CONTENT", "INTERACTION"];

/** A project from one or two files: choose, look at the mapping, upload. */
export function NewProject() {
  const { route } = useLocation();
  const slots = useSignal<Record<FileKind, Slot>>({ CONTENT: {}, INTERACTION: {} });
  const name = useSignal("");
  const tried = useSignal(false);
  const sent = useSignal<{ sent: number; total: number } | null>(null);
  const stop = useSignal<AbortController | null>(null);
  const { busy, problem, run } = useSubmit();

  const put = (kind: FileKind, slot: Slot) => slots.value = { ...slots.value, [kind]: slot };
  const drafts = KINDS.flatMap((kind) => slots.value[kind].draft ?? []);

  /** Two files at once are told apart by what they hold. */
  const take = async (kind: FileKind, files: File[]) => {
    for (const file of files.slice(0, 2)) {
      let its = kind;
      if (files.length === 1) put(its, { reading: file.name });
      try {
        const head = await readHead(file);
        if (files.length > 1) its = kindOf(head);
        put(its, { draft: draftOf(its, file, head) });
        if (name.value === "") name.value = file.name.replace(/\.(csv|tsv|txt|dat)?(\.gz)?$/i, "");
      } catch (error) {
        put(its, { refused: `${file.name}: ${(error as Error).message}` });
      }
    }
  };
  const readAgain = async (draft: Draft, header: boolean) => {
    const { kind, file, head } = draft;
    const again = await readHead(file, { ...head.dialect, header });
    put(kind, { draft: draftOf(kind, file, again) });
  };
  const onSubmit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const { project_name } = fieldsOf(form);
    tried.value = true;
    const faulty = drafts.some((draft) => Object.keys(faultsOf(draft)).length > 0);
    if (project_name === "" || drafts.length === 0 || faulty) {
      requestAnimationFrame(() => form.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
      return;
    }
    const abort = new AbortController();
    stop.value = abort;
    await run(async () => {
      const { id } = await uploadProject({ name: project_name, files: drafts.map(newFileOf) }, {
        onProgress: (bytes, total) => sent.value = { sent: bytes, total },
        signal: abort.signal,
      });
      route(`/projects/${id}`);
    });
    sent.value = null;
  };

  useEffect(() => {
    if (!busy.value) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [busy.value]);
  // Who goes elsewhere meanwhile has changed their mind.
  useEffect(() => () => stop.value?.abort(), []);

  const missing = tried.value && drafts.length === 0 ? "Choose at least one file." : undefined;
  return (
    <Page title="New project">
      <form class="stack wide" onSubmit={onSubmit} noValidate aria-busy={busy.value}>
        <p class="muted">
          Items with their titles and features give recommendations by likeness; interactions, which
          say who had what, give personal ones; both together give the best of both. CSV or TSV,
          packed by gzip or not.
        </p>
        <div class="columns">
          {KINDS.map((kind) => (
            <FileCard
              key={kind}
              kind={kind}
              {...slots.value[kind]}
              missing={missing}
              showFaults={tried.value}
              problem={problem.value}
              onFiles={(files) => take(kind, files)}
              onChange={(draft) => put(kind, { draft })}
              onHeader={(draft, header) => readAgain(draft, header)}
              onRemove={() => put(kind, {})}
            />
          ))}
        </div>
        <div class="card stack form">
          <Field
            label="Name"
            name="project_name"
            autocomplete="off"
            maxLength={200}
            value={name.value}
            onInput={(event) => name.value = event.currentTarget.value}
            fault={tried.value && name.value.trim() === ""
              ? "Give the project a name."
              : problem.value?.at("project_name", "Name")}
          />
          {missing && <p class="fault" role="alert">{missing}</p>}
          <ProblemNote problem={problem.value} fields={FIELDS} />
          {busy.value
            ? <UploadState state={sent.value} onStop={() => stop.value?.abort()} />
            : (
              <div>
                <button type="submit" class="button">Create project</button>
              </div>
            )}
        </div>
      </form>
    </Page>
  );
}

/** Faults of these are shown where they are. */
const FIELDS = [
  "project_name",
  ...["content", "interaction"].flatMap((kind) => [`${kind}_file`, `${kind}_schema_json`]),
];
