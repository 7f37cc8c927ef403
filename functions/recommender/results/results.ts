/** Sums of a project's results: lists, clicks and purchases, by day, placement and version. */
import type { Sql } from "postgres";
import { ownedBy } from "../../http/database/owned_by.ts";
import { type Share, wilson } from "./wilson.ts";

/** Days of UTC, both included, such as "2026-07-01". */
export interface Period {
  from: string;
  to: string;
}

/** Numbers of lists of recommendations and of the events that followed them. */
export interface Figures {
  /** Lists in answers by key. */
  lists: number;
  /** Those of an unknown user or history. */
  fallbacks: number;
  impressions: number;
  /** Items of lists that were clicked, each once a list. */
  clicks: number;
  /** Lists with a click, as a share of the lists; null without lists. */
  click_through: Share | null;
  /** Purchases that followed a recommendation. */
  conversions: number;
  /** Sum of their values. */
  revenue: number;
}

export interface Results {
  total: Figures;
  /** Days without lists or events are left out. */
  days: (Figures & { day: string })[];
  placements: (Figures & { placement: string })[];
  versions: (Figures & { version: number })[];
  purchases: { all: number; followed: Share | null };
  events: {
    all: number;
    /** With a recommendation_id. */
    with_list: number;
    unattributed: number;
    unknown_items: number;
    /** Shares above 5 %, of at least 20 events. */
    alerts: ("unattributed" | "unknown_items")[];
  };
}

/** A sum of a day. Version 0 counts all events of a type. */
interface Sum {
  day: string;
  placement: string;
  version: number;
  type: string;
  count: number;
  value: number;
}

/** Returns the results of one of the owner's projects; empty for any other. */
export async function findResults(
  sql: Sql,
  ownerId: string,
  { projectId, from, to }: Period & { projectId: number },
): Promise<Results> {
  const sums = await ownedBy(sql, ownerId)<Sum[]>`
    select to_char(h.hour at time zone 'UTC', 'YYYY-MM-DD') as day, h.placement, h.version, h.type,
      sum(h.count)::float8 as count, sum(h.value) as value
    from recommender.result_hours h
      join recommender.recommender_projects p on p.id = h.project_id
    where p.owner_id = ${ownerId} and p.id = ${projectId}
      and h.hour >= ${from}::date::timestamp at time zone 'UTC'
      and h.hour < (${to}::date + 1)::timestamp at time zone 'UTC'
    group by 1, 2, 3, 4
    order by 1, 2, 3`;
  return resultsOf(sums);
}

export function resultsOf(sums: readonly Sum[]): Results {
  const ofLists = sums.filter(({ version }) => version > 0);
  const all = (name: string) => countOf(sums, name, ({ version }) => version === 0);
  const total = figuresOf(ofLists);
  const purchases = all("purchase");
  const [events, withList] = [all("event"), all("with_list")];
  const [unattributed, unknown] = [all("unattributed"), all("unknown_item")];
  const alerts: Results["events"]["alerts"] = [];
  if (isMuch(unattributed, withList)) alerts.push("unattributed");
  if (isMuch(unknown, events)) alerts.push("unknown_items");
  return {
    total,
    days: [...Map.groupBy(sums, ({ day }) => day)]
      .map(([day, sums]) => ({ day, ...figuresOf(sums.filter(({ version }) => version > 0)) })),
    placements: [...Map.groupBy(ofLists, ({ placement }) => placement)]
      .map(([placement, sums]) => ({ placement, ...figuresOf(sums) }))
      .sort((one, other) => other.lists - one.lists),
    versions: [...Map.groupBy(ofLists, ({ version }) => version)]
      .map(([version, sums]) => ({ version, ...figuresOf(sums) }))
      .sort((one, other) => other.version - one.version),
    purchases: {
      all: purchases,
      followed: purchases ? wilson(total.conversions, purchases) : null,
    },
    events: {
      all: events,
      with_list: withList,
      unattributed,
      unknown_items: unknown,
      alerts,
    },
  };
}

/** Whether a part of the events is above 5 %. Shares of fewer than 20 events say nothing. */
function isMuch(part: number, whole: number): boolean {
  return whole >= 20 && part / whole > 0.05;
}

function figuresOf(sums: readonly Sum[]): Figures {
  const count = (type: string) => countOf(sums, type);
  const lists = count("list");
  return {
    lists,
    fallbacks: count("fallback"),
    impressions: count("impression"),
    clicks: count("click"),
    click_through: wilson(count("clicked_list"), lists),
    conversions: count("purchase"),
    revenue: toMillionths(
      sums.filter(({ type }) => type === "purchase").reduce((total, { value }) => total + value, 0),
    ),
  };
}

/** Rounds a sum to six decimals, which no currency exceeds: .1 and .2 are .3. */
function toMillionths(sum: number): number {
  return Number(sum.toFixed(6));
}

function countOf(
  sums: readonly Sum[],
  name: string,
  isMeant: (sum: Sum) => boolean = () => true,
): number {
  return sums.filter((sum) => sum.type === name && isMeant(sum))
    .reduce((total, { count }) => total + count, 0);
}
