/** Entities of MLflow's REST API, as far as the registry uses them. */
import { MlflowRefusal } from "./mlflow_rest.ts";

export interface Tagged {
  tags?: { key: string; value: string }[];
}

export function tagsOf({ tags = [] }: Tagged): Record<string, string> {
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}

export function asTags(tags: Record<string, string>): { key: string; value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

export interface Experiment extends Tagged {
  experiment_id: string;
  name: string;
  /** Unix time in ms. */
  last_update_time?: number;
  lifecycle_stage: "active" | "deleted";
}

export interface Run {
  info: {
    run_id: string;
    run_name: string;
    experiment_id: string;
    status: string;
    artifact_uri: string;
    /** Unix time in ms. */
    start_time: number;
    end_time?: number;
  };
  data?: Tagged & {
    params?: { key: string; value: string }[];
    metrics?: { key: string; value: number }[];
  };
  inputs?: { dataset_inputs?: DatasetInput[] };
  outputs?: { model_outputs?: { model_id: string }[] };
}

/** A file used by a run. `schema` and `profile` are JSON. */
export interface DatasetInput extends Tagged {
  dataset: { name: string; digest: string; source: string; schema?: string; profile?: string };
}

export interface RegisteredModel extends Tagged {
  name: string;
  /** Unix time in ms. */
  last_updated_timestamp?: number;
  description?: string;
}

export interface LoggedModel {
  info: Tagged & {
    model_id: string;
    artifact_uri: string;
    /** Unix time in ms. */
    last_updated_timestamp_ms: number;
  };
  data?: { metrics?: { key: string; value: number }[] };
}

export interface ModelVersion extends Tagged {
  name: string;
  version: string;
  description?: string;
  creation_timestamp: number;
  source: string;
  run_id?: string;
}

/** Returns null if the entity does not exist; MLflow responds with 400, not 404, for a missing alias. */
export async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof MlflowRefusal)) throw error;
    if (error.status === 404 || /alias \S+ not found/.test(error.message)) return null;
    throw error;
  }
}
