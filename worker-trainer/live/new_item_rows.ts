/** Computes the rows of new live items in the versions that serve. */
import type { Sql } from "postgres";
import { indexOfString, type StringTable } from "../../functions/recommender/model/string_table.ts";
import type { Registry } from "../../functions/recommender/registry/registry.ts";
import type { FurtherRow } from "../algorithms/further_items.ts";
import type { LiveItem } from "../dataset/live_items_file.ts";
import type { Log } from "../runtime/trainer_log.ts";
import { forEachProject } from "../runtime/for_each_project.ts";
import { transaction } from "../runtime/transaction.ts";
import { noRows, openRowsOfItems, readItemIds, type RowsOfItems } from "./version_items.ts";

/** Channel of notifications of changed live items. */
export const ITEMS_CHANNEL = "recommender_items";

/** Items examined at once. */
const AT_ONCE = 200;
/** Time without new items after which a version is unloaded, in ms. */
const KEPT_MS = 300_000;
/** Digits of a weight: about those of float32. */
const DIGITS = 7;

/** A version that serves a project with live items that were not examined. */
interface Unexamined {
  id: number;
  model: string;
  version: string;
  /** Sequence number up to which live items were examined, or learned by the version. */
  from: number;
  /** The stored part of it. */
  rows_to: number;
}

/** Maximum number of versions whose ids of items are kept. */
const KEPT_IDS = 8;

/** Access to the versions of models. */
interface Versions {
  ids(project: Unexamined): Promise<StringTable>;
  rows(project: Unexamined): Promise<RowsOfItems>;
  /** Unloads a version that was not used lately. */
  unload(): void;
}

interface RowsDeps {
  registry: Registry;
  log: Log;
}

/**
 * Returns a duty's round: it examines the live items changed since the last, and stores the rows of
 * those that the version which serves does not have. Items often come in several calls, so a version
 * stays in memory for some minutes.
 */
export function newItemRows(sql: Sql, deps: RowsDeps): (stop: AbortSignal) => Promise<void> {
  const versions = openVersions(deps);
  return async (stop) => {
    versions.unload();
    await forEachProject(await unexamined(sql), async (project) => {
      while (!stop.aborted && await examineSome(sql, project, versions));
    }, { idOf: ({ id }) => id, stop });
  };
}

/**
 * Stores the rows of new items in a version that is about to serve, so that its first answers have
 * those that came during its training.
 * @param version.learned number of the last live item that it learned.
 */
export async function rowsBeforeServing(
  sql: Sql,
  { learned, ...version }: { id: number; model: string; version: string; learned: number },
  { stop, ...deps }: RowsDeps & { stop: AbortSignal },
): Promise<void> {
  const [found] = await sql<({ rows_to: number } | undefined)[]>`
    select coalesce(l.rows_to, 0)::float8 as rows_to
    from recommender.recommender_projects p
      left join recommender.learned_versions l
        on l.project_id = p.id and l.version = ${version.version}
    where p.id = ${version.id} and exists (
      select from recommender.live_items i
      where i.project_id = p.id and i.seq > greatest(${learned}, l.rows_to)
    )`;
  if (!found) return;
  const { rows_to } = found;
  const project = { ...version, from: Math.max(learned, rows_to), rows_to };
  const versions = openVersions(deps);
  while (!stop.aborted && await examineSome(sql, project, versions));
}

function openVersions({ registry, log }: RowsDeps): Versions {
  const tables = new Map<string, StringTable>();
  let loaded: { key: string; rows: RowsOfItems; usedAt: number } | undefined;
  return {
    async ids({ model, version }) {
      const key = `${model} ${version}`;
      const ids = tables.get(key) ?? await readItemIds({ registry, model, version });
      // The version used longest ago is the first.
      tables.delete(key);
      tables.set(key, ids);
      if (tables.size > KEPT_IDS) tables.delete(tables.keys().next().value!);
      return ids;
    },
    async rows({ id, model, version }) {
      const key = `${model} ${version}`;
      if (loaded?.key !== key) {
        loaded = undefined;
        const rows = await openRowsOfItems({ registry, model, version });
        if (!rows) {
          const message = "the version is too large to compute the rows of new items, which wait " +
            "for the next training";
          log({ level: "error", message, project: id, version });
        }
        loaded = { key, rows: rows ?? noRows, usedAt: 0 };
      }
      loaded.usedAt = Date.now();
      return loaded.rows;
    },
    unload() {
      if (loaded && Date.now() - loaded.usedAt > KEPT_MS) loaded = undefined;
    },
  };
}

/** Returns the versions that serve projects with live items not examined. */
async function unexamined(sql: Sql): Promise<Unexamined[]> {
  return await sql<Unexamined[]>`
    select p.id, p.mlflow_model_name as model, p.mlflow_model_version as version,
      greatest(l.learned_items, l.rows_to, 0)::float8 as from,
      coalesce(l.rows_to, 0)::float8 as rows_to
    from recommender.recommender_projects p
      left join recommender.learned_versions l
        on l.project_id = p.id and l.version = p.mlflow_model_version
    where p.mlflow_model_version is not null and exists (
      select from recommender.live_items i
      where i.project_id = p.id and i.seq > greatest(l.learned_items, l.rows_to, 0)
    )
    order by p.id`;
}

/** Examines the next items; returns whether there may be more. Advances `project`. */
async function examineSome(
  sql: Sql,
  project: Unexamined,
  versions: Versions,
): Promise<boolean> {
  const items = await sql<(LiveItem & { seq: number })[]>`
    select item_id, title as item_title, cells, deleted, seq::float8 as seq
    from recommender.live_items
    where project_id = ${project.id} and seq > ${project.from}
    order by seq
    limit ${AT_ONCE}`;
  if (items.length === 0) return false;
  const ids = await versions.ids(project);
  const added = items.filter(({ item_id, deleted }) => !deleted && indexOfString(ids, item_id) < 0);
  const rows = added.length > 0 ? (await versions.rows(project))(added) : [];
  const to = items.at(-1)!.seq;
  const isStored = await transaction(sql, async (sql) => {
    await sql`select recommender.lock_live_items(${project.id})`;
    // Another trainer may have examined them meanwhile, or the project was deleted.
    const { count } = await sql`
      insert into recommender.learned_versions as l (project_id, version, learned_to, rows_to)
      select p.id, ${project.version}, 0, ${to}
      from recommender.recommender_projects p where p.id = ${project.id}
      on conflict (project_id, version) do update set rows_to = excluded.rows_to
      where l.rows_to = ${project.rows_to}`;
    if (count === 0) return false;
    if (rows.length === 0) return true;
    const stored = added.map(({ item_id, seq }, i) => ({ item_id, seq, ...json(rows[i]) }));
    await sql`
      insert into recommender.live_item_rows
        (project_id, version, item_id, item_seq, items, weights, similar_weights)
      select ${project.id}, ${project.version}, r.item_id, r.seq, r.items, r.weights, r.similar_weights
      from jsonb_to_recordset(${JSON.stringify(stored)}::text::jsonb)
        as r(item_id text, seq bigint, items jsonb, weights jsonb, similar_weights jsonb)
      on conflict (project_id, version, item_id) do update set
        seq = nextval('recommender.live_items_seq'), item_seq = excluded.item_seq,
        items = excluded.items, weights = excluded.weights,
        similar_weights = excluded.similar_weights`;
    return true;
  });
  project.from = project.rows_to = to;
  return isStored && items.length === AT_ONCE;
}

function json({ items, weights, similar }: FurtherRow) {
  const numbers = (values: Float32Array) =>
    Array.from(values, (value) => Number(value.toPrecision(DIGITS)));
  return {
    items: [...items],
    weights: numbers(weights),
    ...(similar && { similar_weights: numbers(similar) }),
  };
}
