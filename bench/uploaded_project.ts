/** Projects of files by the public API, for benchmarks. */
import { basename } from "@std/path";
import { delay } from "@std/async/delay";
import { describeCsv, headBytes } from "../functions/recommender/files/dialect/describe.ts";
import { proposeMapping } from "../functions/recommender/files/propose/propose_mapping.ts";
import { part } from "../testing/runner/optional_parts.ts";
import { plainBytes } from "../testing/real_data.ts";
import type { ServingSystem } from "./serving_system.ts";

/** Paths of a project's files by kind. */
export type Files = { content?: string; interaction: string };

/** Calls of the recommender. */
export interface Api {
  /** Requests a path and returns the response's JSON. */
  // deno-lint-ignore no-explicit-any
  call(path: string, init?: RequestInit): Promise<any>;
  /** Uploads the files with the proposed mappings; returns the project's id. */
  upload(files: Files): Promise<number>;
  /**
   * Waits until a version of the project serves, and with `best` until the search has ended.
   * Returns the project with its report.
   */
  // deno-lint-ignore no-explicit-any
  untilReady(id: number, options: { best: boolean }): Promise<any>;
}

/** Returns the API of a running system, for its user. */
export function apiOf({ ports, token }: Pick<ServingSystem, "ports" | "token">): Api {
  async function call(path: string, init: RequestInit = {}) {
    const response = await fetch(`http://127.0.0.1:${ports.recommender}${path}`, {
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${token}` },
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return await response.json();
  }
  return {
    call,
    async upload(files) {
      const body = new FormData();
      body.set("project_name", basename(files.interaction));
      for (const [kind, path] of Object.entries(files)) {
        const head = (await plainBytes(path)).subarray(0, headBytes);
        const { columns, sampleRows } = await describeCsv(head);
        const { mapping } = proposeMapping(
          kind.toUpperCase() as "CONTENT" | "INTERACTION",
          columns,
          sampleRows,
        );
        body.set(`${kind}_schema_json`, JSON.stringify(mapping));
        body.set(`${kind}_file`, new File([await Deno.readFile(path)], basename(path)));
      }
      return (await call("/create-project/", { method: "POST", body })).id;
    },
    async untilReady(id, { best }) {
      for (let said = "";; await delay(100)) {
        const project = await call(`/project/${id}/status`);
        const { status, improving, error } = project;
        if (status === "READY" && !(best && improving)) return project;
        if (status === "ERROR") throw new Error(`The training failed: ${error}`);
        const { stage } = improving ?? project;
        if (stage !== said) console.error(said = stage);
      }
    },
  };
}

/** Returns the files of MovieLens-small. */
export function filmFiles(): Files {
  const folder = `${part("data")}/movielens-small`;
  return { content: `${folder}/movies.csv`, interaction: `${folder}/ratings.csv` };
}
