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
  /** The search for a better version than the first, which serves; null if there is none. */
  improving: Improving | null;
  quality: Quality | null;
}

/** A search for a better version, while the project is READY. */
export interface Improving {
  /** Stage of the search; while it is queued, the reason why trainings are paused. */
  stage: string | null;
  /** 0 to 1. */
  progress: number;
  /** Reason why the last attempt failed. */
  error: string | null;
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

/** SQL condition of the second half of a first training: a version serves meanwhile. */
export function isImproving(sql: ISql) {
  return sql`(status in ('PENDING', 'PROCESSING') and improving)`;
}

/** SQL columns of a `Project`. */
export function projectColumns(sql: ISql) {
  const stage = sql`
    case when status = 'PENDING' then coalesce((select recommender.queue_pause()), stage)
      else stage end`;
  return sql`
    id, project_name, model_type, mlflow_model_name, mlflow_model_version, created_at,
    case when ${isImproving(sql)} then 'READY' else status end as status,
    case when ${isImproving(sql)} then 'ready' else ${stage} end as stage,
    case when ${isImproving(sql)} then 1 else progress end as progress,
    case when not ${isImproving(sql)} then error end as error,
    case when ${isImproving(sql)} then jsonb_build_object(
      'stage', ${stage}, 'progress', progress, 'error', error
    ) end as improving,
    queued_at, started_at, finished_at, trained_at,
    case when report is not null then jsonb_strip_nulls(jsonb_build_object(
      'recall', report #> '{test,metrics,recall}',
      'ndcg', report #> '{test,metrics,ndcg}',
      'popularity_recall', report #> '{test,popularity,recall}',
      'popularity_ndcg', report #> '{test,popularity,ndcg}',
      'items_with_neighbours', report #> '{content,items_with_neighbours}'
    )) end as quality`;
}
