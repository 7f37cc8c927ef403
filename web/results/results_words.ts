/** Texts of the results page. */
import { count, counted, percent } from "../ui/words.ts";

/** 24 → "24 hours", 168 → "7 days". */
export const hours = (value: number): string =>
  value % 24 === 0 && value > 24 ? counted(value / 24, "day") : counted(value, "hour");

export interface Interval {
  rate: number;
  low: number;
  high: number;
}

/** "7.1% (4% to 12%)", or a dash without data. */
export const share = (value: Interval | null): string =>
  value ? `${percent(value.rate)} (${percent(value.low)} to ${percent(value.high)})` : "–";

export const text = {
  reading: "Loading results…",
  period: "Period",
  days: (days: number) => `${days} days`,
  summary: {
    title: "What recommendations led to",
    between: (from: string, to: string) =>
      `From ${from} to ${to}, in days of UTC. Ranges in brackets are 95% confidence intervals.`,
    lists: "Lists shown",
    listsSay: (fallbacks: number) =>
      `answered by API key, ${count(fallbacks)} of them for unknown users or histories`,
    through: "Click-through",
    throughSays: (window: string) => `lists with a click within ${window}`,
    clicks: "Clicked items",
    clicksSay: (window: string, impressions: number) =>
      `within ${window}, each once a list; ${counted(impressions, "impression")}`,
    conversions: "Purchases after a recommendation",
    conversionsSay: (window: string) =>
      `of an item of a list within ${window}; the last list that was clicked counts`,
    revenue: "Revenue of these purchases",
    revenueSays: (window: string) => `sum of their values, within ${window}`,
    followed: "Share of all purchases",
    followedSays: (all: number) => `that followed a recommendation, of ${counted(all, "purchase")}`,
  },
  alerts: {
    unattributed: (share: number) =>
      `${percent(share)} of the events with a recommendation_id could not be attributed: the id ` +
      "belongs to another visitor or project, is older than 8 days or changed, or the item is not in " +
      "its list. Send each event with the id of its own list and with the same user_id or " +
      "anonymous_id as the request.",
    unknown_items: (share: number) =>
      `${
        percent(share)
      } of the events are about items that are not in the catalogue: compare the ` +
      "item ids of your pages with those of your items file, or upload the new items.",
  },
  byDay: {
    title: "Lists by day",
    words: (lists: number) => `${counted(lists, "list")} in this period.`,
    head: ["Day", "Lists", "Click-through", "Clicks", "Purchases", "Revenue"],
  },
  through: {
    title: "Click-through by day",
    words: (window: string) =>
      `Share of each day's lists with a click within ${window}, with its interval.`,
    line: "Click-through",
    axis: "Day",
    label: "Click-through by day",
  },
  table: (title: string) => `${title}: table`,
  placements: { title: "By placement", none: "without a placement" },
  versions: {
    title: "By version of the model",
    version: (version: number) => `Version ${version}`,
  },
  columns: {
    name: "Placement",
    version: "Version",
    lists: "Lists",
    through: "Click-through",
    impressions: "Impressions",
    clicks: "Clicks",
    conversions: "Purchases",
    revenue: "Revenue",
  },
  windows: (click: string, purchase: string) =>
    `Clicks count within ${click} of the list, purchases within ${purchase}.`,
  items: {
    title: "Catalogue",
    never: (never: number, all: number) =>
      `${count(never)} of ${counted(all, "item")} had no impression in this period.`,
    tail: (share: number) =>
      `${percent(share)} of the impressions were of items outside the most popular fifth.`,
    source: "By events of type impression that name a list, of the last 90 days at most.",
    most: "Most shown items",
    item: "Item",
    shown: "Impressions",
    clicked: "Clicks",
  },
  empty: {
    title: "No results yet",
    explanation:
      "Results appear within a minute once a page or server asks for recommendations with an API " +
      "key and sends events with the recommendation_id of the list.",
    anyKey: "YOUR_PUBLISHABLE_KEY",
    replaceKey: "Replace YOUR_PUBLISHABLE_KEY by a publishable key that opens this project.",
    key: "Create one under Apps",
    snippet: "HTML of a page",
  },
};
