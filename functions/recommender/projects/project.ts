/** A project as its owner sees it, and the columns it is read from. */
import type { ISql } from "postgres";
import type { ModelType } from "../model/model.ts";

export type ProjectStatus = "PENDING" | "PROCESSING" | "READY" | "ERROR";

/** A project, as listed. */
export interface Project {
  id: number;
  project_name: string;
  status: ProjectStatus;
  model_type: ModelType;
  mlflow_model_name: string;
  mlflow_model_version: string | null;
  created_at: Date;
  /** Stage of the training; while it is queued, the reason why trainings are paused. */
  stage: string | null;
  /** 0 to 1. */
  progress: number;
  error: string | null;
  queued_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  /** Training time of the version that serves. */
  trained_at: Date | null;
  quality: Quality | null;
}

/** Summary of the report, as fractions from 0 to 1; unmeasured metrics are absent. */
export interface Quality {
  /** Recall at 10 on the test set. */
  recall?: number;
  ndcg?: number;
  /** The same for the popularity baseline. */
  popularity_recall?: number;
  popularity_ndcg?: number;
  /** CONTENT: fraction of items that have similar items. */
  items_with_neighbours?: number;
}

/** SQL columns of a `Project`. */
export function projectColumns(sql: ISql) {
  return sql`
    id, project_name, status, model_type, mlflow_model_name, mlflow_model_version, created_at,
    case when status = 'PENDING' then coalesce((select recommender.queue_pause()), stage)
      else stage end as stage,
    progress, error, queued_at, started_at, finished_at, trained_at,
    case when report is not null then jsonb_strip_nulls(jsonb_build_object(
      'recall', report #> '{test,metrics,recall}',
      'ndcg', report #> '{test,metrics,ndcg}',
      'popularity_recall', report #> '{test,popularity,recall}',
      'popularity_ndcg', report #> '{test,popularity,ndcg}',
      'items_with_neighbours', report #> '{content,items_with_neighbours}'
    )) end as quality`;
}
