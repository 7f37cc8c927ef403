/** Form fields of an API key's kind: secret or publishable, origins, projects. */
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { Project } from "../api/api.ts";
import type { Key } from "../api/apps_api.ts";
import type { KeyPlace } from "../api/key_place.ts";
import type { ApiProblem } from "../api/problem.ts";
import { text as app } from "./app_words.ts";
import { LinesField } from "../ui/field.tsx";

const text = app.keys.kind;

/** Fields that show their own errors. */
export const PLACE_FIELDS = ["origins", "projects"];

interface KeyKindFieldsProps {
  projects: Project[];
  problem: ApiProblem | null;
  /** Key being edited; absent for a new one. */
  present?: Key;
}

export function KeyKindFields({ projects, problem, present }: KeyKindFieldsProps) {
  const chosen = useSignal<Key["kind"] | null>(present?.kind ?? null);
  const fault = useId();
  // A publishable key is limited to projects, so without a project only a secret key is possible.
  const kind = chosen.value ?? (projects.length > 0 ? "publishable" : "secret");
  const isPublic = kind === "publishable";
  const projectsFault = problem?.at("projects", text.projectsFault);
  return (
    <>
      {present?.kind === "publishable"
        ? <input type="hidden" name="kind" value="publishable" />
        : (
          <fieldset class="plain-set">
            <legend>{text.title}</legend>
            {(["publishable", "secret"] as const).map((one) => (
              <label key={one} class="check">
                <input
                  type="radio"
                  name="kind"
                  value={one}
                  checked={kind === one}
                  disabled={one === "publishable" && projects.length === 0}
                  onChange={() => chosen.value = one}
                />
                <span>{text.names[one]}</span>
              </label>
            ))}
            <span class="hint muted small" role="status">
              {projects.length === 0
                ? `${text.explanation[kind]} ${text.noProject}`
                : text.explanation[kind]}
            </span>
          </fieldset>
        )}
      {isPublic && (
        <LinesField
          label={text.origins}
          name="origins"
          required
          spellcheck={false}
          autocomplete="off"
          defaultValue={present?.origins?.join("\n")}
          placeholder={text.originsExample}
          hint={text.originsHint}
          fault={problem?.at("origins", text.origins)}
        />
      )}
      {projects.length > 0 && (
        <fieldset class="plain-set" aria-describedby={projectsFault && fault}>
          <legend>{isPublic ? text.projectsOfPage : text.projects}</legend>
          {!isPublic && <span class="hint muted small">{text.projectsHint}</span>}
          <div class="choices">
            {projects.map(({ id, project_name }) => (
              <label key={id} class="check">
                <input
                  type="checkbox"
                  name="project"
                  value={String(id)}
                  defaultChecked={present ? present.projects?.includes(id) : projects.length === 1}
                />
                <span class="break">{project_name}</span>
              </label>
            ))}
          </div>
          {projectsFault && <span class="fault" id={fault}>{projectsFault}</span>}
        </fieldset>
      )}
      {isPublic && (
        <label class="check">
          <input type="checkbox" name="model" defaultChecked={present?.model} />
          <span>{text.model}</span>
        </label>
      )}
    </>
  );
}

/** Reads kind, origins and projects from the form. */
export function placeOf(data: FormData): KeyPlace {
  const chosen = data.getAll("project").map(Number);
  const projects = chosen.length > 0 ? chosen : null;
  if (data.get("kind") !== "publishable") return { kind: "secret", projects };
  return {
    kind: "publishable",
    origins: String(data.get("origins") ?? "").split(/[\s,]+/).filter((line) => line !== ""),
    projects,
    model: data.has("model"),
  };
}
