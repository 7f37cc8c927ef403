import { useSignal } from "@preact/signals";
import { useLocation } from "preact-iso";
import { useEffect } from "preact/hooks";
import type { FileKind } from "../../functions/recommender/files/mapping.ts";
import { Field } from "../ui/field.tsx";
import { FileCard } from "../upload/file_card.tsx";
import { Page } from "../ui/page.tsx";
import { PendingUpload } from "../upload/resume_upload.tsx";
import { ProblemNote } from "../ui/problem_note.tsx";
import { UploadState } from "../upload/upload_state.tsx";
import { faultsOf, mappedFileOf } from "../upload/draft.ts";
import { useDrafts } from "../upload/use_drafts.ts";
import { useForecast } from "../upload/use_forecast.ts";
import { keepForecast } from "../upload/forecasts.ts";
import { forgetPending, noteBegun, notePending, pendingUpload } from "../upload/pending_upload.ts";
import { fieldsOf, useSubmit } from "../api/submit.ts";
import { text } from "../upload/import_words.ts";
import { uploadProject } from "../upload/upload.ts";
import { useUpload } from "../upload/use_upload.ts";

const KINDS: FileKind[] = ["CONTENT", "INTERACTION"];

/** Creates a project from one or two files: choose, check mapping and forecast, upload. */
export function NewProject() {
  const { route } = useLocation();
  const { slots, take, change, readAgain, swap, remove } = useDrafts();
  const name = useSignal(pendingUpload()?.project_name ?? "");
  const tried = useSignal(false);
  const sending = useUpload();
  const { busy, problem, run } = useSubmit();

  const isReading = KINDS.some((kind) => slots.value[kind].reading !== undefined);
  const drafts = KINDS.flatMap((kind) => slots.value[kind].draft ?? []);
  const { CONTENT: { draft: content }, INTERACTION: { draft: interactions } } = slots.value;
  const checks = {
    CONTENT: useForecast(content),
    INTERACTION: useForecast(interactions, content),
  };
  useEffect(() => {
    const file = (interactions ?? content)?.file;
    if (file && name.value === "") name.value = nameOf(file);
  }, [content?.file, interactions?.file]);

  const useless = drafts.filter(({ kind }) => {
    const check = checks[kind].value;
    return check?.phase === "done" && check.forecast.used === 0;
  });

  const onSubmit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const { project_name } = fieldsOf(form);
    tried.value = true;
    const faulty = drafts.some((draft) => Object.keys(faultsOf(draft)).length > 0);
    if (project_name === "" || drafts.length === 0 || faulty || useless.length > 0) {
      requestAnimationFrame(() => form.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
      return;
    }
    await run(async () => {
      notePending(project_name, drafts);
      const files = drafts.map(mappedFileOf);
      const { id } = await sending.during((options) =>
        uploadProject({ name: project_name, files }, { ...options, onBegun: noteBegun })
      );
      forgetPending();
      for (const { kind, file } of drafts) {
        const check = checks[kind].value;
        const of = { project: id, file_name: file.name, bytes: file.size };
        if (check?.phase === "done") keepForecast(of, check.forecast, { knowsItems: true });
      }
      route(`/projects/${id}`);
    });
  };

  const missing = tried.value && drafts.length === 0 ? text.fileMissing : undefined;
  return (
    <Page title={text.title}>
      <form class="stack wide" onSubmit={onSubmit} noValidate aria-busy={busy.value}>
        <p class="muted">{text.lead}</p>
        {!busy.value && <PendingUpload chosen={drafts.map(({ file }) => file)} />}
        <div class={drafts.length > 0 ? "stack wide" : "columns"}>
          {KINDS.map((kind) => (
            <FileCard
              key={kind}
              kind={kind}
              {...slots.value[kind]}
              check={checks[kind].value}
              missing={missing}
              showFaults={tried.value}
              problem={problem.value}
              onFiles={(files) => take(kind, files)}
              onChange={change}
              onRead={readAgain}
              onSwap={swap}
              onRemove={() => remove(kind)}
            />
          ))}
        </div>
        <div class="card stack">
          <div class="last-row">
            <Field
              label={text.name}
              name="project_name"
              autocomplete="off"
              maxLength={200}
              value={name.value}
              onInput={(event) => name.value = event.currentTarget.value}
              fault={tried.value && name.value.trim() === ""
                ? text.nameMissing
                : problem.value?.at("project_name", text.name)}
            />
            {!busy.value && (
              <button type="submit" class="button" disabled={isReading}>{text.create}</button>
            )}
          </div>
          {missing && <p class="fault" role="alert">{missing}</p>}
          {tried.value &&
            useless.map(({ kind, file }) => (
              <p key={kind} class="fault" role="alert">{text.useless(file.name)}</p>
            ))}
          <ProblemNote problem={problem.value} fields={FIELDS} />
          {busy.value && sending.state.value && (
            <UploadState state={sending.state.value} onStop={sending.stop} />
          )}
        </div>
      </form>
    </Page>
  );
}

/** Returns the default project name: the file name without its extensions. */
function nameOf({ name }: File): string {
  return name.replace(/\.(csv|tsv|txt|dat)?(\.gz)?$/i, "");
}

/** Fields that show their own errors. */
const FIELDS = [
  "project_name",
  ...["content", "interaction"].flatMap((kind) => [`${kind}_file`, `${kind}_schema_json`]),
];
