/** Downloads of the serving model's files. */
import { useSignal } from "@preact/signals";
import type { ModelType, ProjectDetails } from "../api/api.ts";
import { type ModelFile, modelFile } from "../api/project_api.ts";
import { saveFile } from "../api/save_file.ts";
import { useSubmit } from "../api/submit.ts";
import { text as settings } from "./settings_words.ts";
import { ProblemNote } from "../ui/problem_note.tsx";

const text = settings.model;
const PUBLIC: ModelFile[] = ["manifest.json", "model.safetensors", "golden.json"];
const USERS: ModelFile[] = ["users.safetensors", "golden-users.json"];

/** Files of a model; a content-based model has no user files. */
const filesOf = (type: ModelType) => type === "CONTENT" ? PUBLIC : [...PUBLIC, ...USERS];

export function ModelFiles({ project }: { project: ProjectDetails }) {
  const { busy, problem, run } = useSubmit();
  const message = useSignal("");
  const { id, mlflow_model_name: name, mlflow_model_version: version, model_type } = project;
  const save = (file: ModelFile) =>
    run(async () => {
      message.value = "";
      const content = await modelFile(String(id), file);
      saveFile(content, `${name}-${version}-${file}`);
      message.value = text.saved(file, content.size);
    });
  return (
    <section class="card stack" aria-labelledby="model">
      <h2 id="model">{text.title}</h2>
      {version === null ? <p class="muted">{text.none}</p> : (
        <>
          <p class="muted">{text.explanation}</p>
          <p class="small muted">{text.version(version)}</p>
          <ul class="plain files">
            {filesOf(model_type).map((file) => (
              <li key={file}>
                <span class="mono">{file}</span>
                <span class="muted small">{text.files[file]}</span>
                <button
                  type="button"
                  class="button quiet small"
                  aria-label={text.downloadFile(file)}
                  disabled={busy.value}
                  onClick={() => save(file)}
                >
                  {text.download}
                </button>
              </li>
            ))}
          </ul>
          <p class="muted small" role="status">{message.value}</p>
          <ProblemNote problem={problem.value} />
        </>
      )}
    </section>
  );
}
