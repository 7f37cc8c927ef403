/** Corrects the column mappings of a project whose training failed, and queues a new training. */
import { useSignal } from "@preact/signals";
import { type FileKind, keysOf } from "../../functions/recommender/files/mapping.ts";
import { type Draft, faultsOf, mappingOf } from "../upload/draft.ts";
import { type MappedFile, type MappedFiles, mendMappings } from "../api/project_api.ts";
import { useSubmit } from "../api/submit.ts";
import { text } from "../upload/import_words.ts";
import { MappingFields } from "../upload/mapping_fields.tsx";
import { ProblemNote } from "../ui/problem_note.tsx";

interface MendMappingsProps {
  id: string;
  files: MappedFiles;
  /** Called when the new training is queued. */
  onMended: () => void;
}

const NAMES = { CONTENT: "content", INTERACTION: "interactions" } as const;

export function MendMappings({ id, files, onMended }: MendMappingsProps) {
  const drafts = useSignal<Draft[]>([
    ...(files.content ? [draftOf("CONTENT", files.content)] : []),
    ...(files.interactions ? [draftOf("INTERACTION", files.interactions)] : []),
  ]);
  const tried = useSignal(false);
  const { busy, problem, run } = useSubmit();
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    tried.value = true;
    if (drafts.value.some((draft) => Object.keys(faultsOf(draft)).length > 0)) return;
    run(async () => {
      await mendMappings(
        id,
        Object.fromEntries(drafts.value.map((draft) => [NAMES[draft.kind], mappingOf(draft)])),
      );
      onMended();
    });
  };
  if (drafts.value.length === 0) {
    return <p class="muted">{text.mend.gone}</p>;
  }
  return (
    <form class="stack" onSubmit={onSubmit} noValidate>
      {drafts.value.map((draft) => (
        <fieldset key={draft.kind} class="stack tight features">
          <legend>
            {text.files[draft.kind].title} <span class="muted small break">{draft.file.name}</span>
          </legend>
          <MappingFields
            draft={draft}
            showFaults={tried.value}
            faultOf={(key, name) => problem.value?.at(`${NAMES[draft.kind]}/${key}`, name)}
            onChange={(changed) =>
              drafts.value = drafts.value.map((other) =>
                other.kind === changed.kind ? changed : other
              )}
          />
        </fieldset>
      ))}
      <ProblemNote problem={problem.value} />
      <div>
        <button type="submit" class="button" disabled={busy.value}>{text.mend.save}</button>
      </div>
    </form>
  );
}

/** Returns a form draft for a stored file. The form reads only the columns of `head`. */
function draftOf(kind: FileKind, { file_name, columns, mapping }: MappedFile): Draft {
  const none = { mapping: {}, reasons: [] };
  return {
    kind,
    file: new File([], file_name),
    head: { columns, sampleRows: [], proposed: { CONTENT: none, INTERACTION: none } } as never,
    proposed: none,
    touched: [],
    chosen: Object.fromEntries(keysOf(kind).map((key) => [key, [mapping[key] ?? []].flat()])),
  };
}
