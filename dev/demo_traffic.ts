/**
 * A week of simulated visits to a demo shop, sent through the API by a secret key: lists that were
 * shown, clicks, purchases and purchases without a list, at times of the past week.
 */
import { type Chance, chanceOf } from "../samples/chance.ts";
import { answer, json } from "./demo_calls.ts";

export interface TrafficOptions {
  /** Base URL of the webhooks service. */
  webhooks: string;
  /** A secret key of the project. */
  key: string;
  project: number;
  /** Ids of the users among the visitors. */
  users: string[];
  /** Value of a purchase. */
  price: number;
  /** End of the week, in milliseconds since 1970. */
  now?: number;
  visits?: number;
}

/** One visit. */
interface Visit {
  who: { user_id: string } | { anonymous_id: string };
  /** Milliseconds since 1970. */
  at: number;
}

type Event = { type: string; item_id: string; at: string } & Record<string, unknown>;

/** Place of the lists, as the shops name it. */
export const PLACEMENT = "home";

const HOUR_MS = 3_600_000;
const HOURS = 7 * 24;
/** Longest duration of a visit. */
const VISIT_MS = 600_000;
const VISITS = 400;
/** Items of a list, as the shops request them. */
const LISTED = 11;
/** Relative number of visits in each hour of a day, from midnight. */
const BY_HOUR = [3, 2, 1, 1, 1, 1, 2, 4, 6, 6, 6, 7, 9, 8, 7, 7, 8, 10, 13, 16, 18, 17, 12, 7];
/** Share of visitors who have an account, and of those without one who come again. */
const WITH_ACCOUNT = .4;
const AGAIN = .3;
/** Probability of a click on the first item shown; it falls by the square root of the position. */
const CLICK = .07;
/** Probabilities after a click, and of hiding a shown item. */
const LIKE = .2;
const CART = .5;
const PURCHASE = .6;
const HIDE = .004;
/** Probability that a visitor buys an item found without a list. */
const FOUND = .05;

/** Visits that were sent. */
export interface Traffic {
  events: number;
  /** Times of their lists, in milliseconds since 1970. */
  times: number[];
  /** Times of those answered for an unknown user or history. */
  fallbacks: number[];
}

/** Sends the visits in the order of their times. */
export async function sendTraffic(options: TrafficOptions): Promise<Traffic> {
  const { webhooks, key, project: project_id, users, price, now = Date.now() } = options;
  const chance = chanceOf(project_id);
  const headers = { "x-api-key": key };
  const post = async (path: string, body: Record<string, unknown>) =>
    await answer(await fetch(webhooks + path, json("POST", { project_id, ...body }, headers)));
  const popular: { items: { item_id: string }[] } = await answer(
    await fetch(`${webhooks}/api/popular?project_id=${project_id}&n=100`, { headers }),
  );
  const found = popular.items.map(({ item_id }) => item_id);
  const sent: Traffic = { events: 0, times: [], fallbacks: [] };
  for (const { who, at } of visits({ users, now, count: options.visits ?? VISITS }, chance)) {
    const list = await post("/api/recommend", { ...who, placement: PLACEMENT, n: LISTED });
    const events = eventsOf(list, { at, price, found }, chance);
    await post("/api/interactions", { ...who, events });
    sent.events += events.length;
    sent.times.push(at);
    if (list.fallback) sent.fallbacks.push(at);
  }
  return sent;
}

/** Returns visits of the last week, in order. */
function visits(
  { users, now, count }: { users: string[]; now: number; count: number },
  chance: Chance,
): Visit[] {
  const end = now - VISIT_MS;
  const hour = (index: number) => new Date(end - (HOURS - index) * HOUR_MS);
  // More visits on Saturdays and Sundays.
  const weights = Array.from({ length: HOURS }, (_, index) => {
    const begins = hour(index);
    return BY_HOUR[begins.getUTCHours()] * (begins.getUTCDay() % 6 === 0 ? 1.4 : 1);
  });
  const total = weights.reduce((sum, weight) => sum + weight);
  const drawn = () => {
    let rest = chance.uniform() * total;
    const index = weights.findIndex((weight) => (rest -= weight) < 0);
    return hour(index).getTime() + Math.floor(chance.uniform() * HOUR_MS);
  };
  const times = Array.from({ length: count }, drawn).sort((a, b) => a - b);
  const strangers: Visit["who"][] = [];
  return times.map((at) => {
    if (chance.uniform() < WITH_ACCOUNT) return { at, who: { user_id: chance.pick(users) } };
    const comesAgain = strangers.length > 0 && chance.uniform() < AGAIN;
    const who = comesAgain
      ? chance.pick(strangers)
      : { anonymous_id: `demo-visitor-${strangers.length + 1}` };
    if (!comesAgain) strangers.push(who);
    return { at, who };
  });
}

/** Returns the events of a visit whose page showed a list. */
function eventsOf(
  list: { recommendation_id?: string; recommendations: { item_id: string }[] },
  { at, price, found }: { at: number; price: number; found: string[] },
  chance: Chance,
): Event[] {
  const { recommendation_id } = list;
  const events: Event[] = [];
  let time = at;
  const add = (type: string, item_id: string, more: Record<string, unknown> = {}) => {
    time += chance.whole(1_000, 20_000);
    events.push({ type, item_id, at: new Date(time).toISOString(), ...more });
  };
  const shown = list.recommendations.slice(0, chance.whole(4, LISTED));
  const places = shown.map((_, index) => ({
    ...{ recommendation_id, position: index, placement: PLACEMENT },
  }));
  shown.forEach(({ item_id }, index) => add("impression", item_id, places[index]));
  shown.forEach(({ item_id }, index) => {
    if (chance.uniform() < HIDE) return add("hide", item_id, places[index]);
    if (chance.uniform() > CLICK / Math.sqrt(index + 1)) return;
    add("click", item_id, places[index]);
    add("view", item_id, places[index]);
    if (chance.uniform() < LIKE) add("like", item_id, places[index]);
    if (chance.uniform() > CART) return;
    add("cart", item_id, places[index]);
    if (chance.uniform() > PURCHASE) return;
    add("purchase", item_id, { ...places[index], value: price });
  });
  if (chance.uniform() < FOUND) {
    const item_id = chance.pick(found);
    add("view", item_id);
    add("purchase", item_id, { value: price });
  }
  return events;
}
