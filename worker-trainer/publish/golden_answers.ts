/** Generates a model's golden requests and answers, the same for the same model and seed. */
import {
  type Golden,
  goldenAnswer,
  type GoldenRequest,
} from "../../functions/recommender/model/artifact/golden.ts";
import type { Model } from "../../functions/recommender/model/model.ts";
import type { SentItem } from "../../functions/recommender/model/request.ts";
import { mulberry32 } from "../../functions/recommender/model/seeded_random.ts";
import { stringAt, stringCount } from "../../functions/recommender/model/string_table.ts";

const REQUESTS = 60;
const LONGEST_HISTORY = 16;
const LONGEST_LIST = 30;

/**
 * Returns golden answers: `items` by items and random histories, which contain no user data, and
 * `users` by user if the model has users. At most 60 requests each.
 */
export function goldenAnswers(
  model: Model,
  { seed = 1 }: { seed?: number } = {},
): { items: Golden; users?: Golden } {
  const random = mulberry32(seed);
  const below = (n: number) => Math.floor(random() * n);
  const { ids, titles } = model.items;
  const items = stringCount(ids);
  const type = model.manifest.model_type;

  const someItem = (): Partial<GoldenRequest> => {
    const item = below(items);
    // Several items may share a title: the answer is that of the most popular one.
    return below(2) ? { item_id: stringAt(ids, item) } : { item_title: stringAt(titles, item) };
  };
  const { reading } = model.manifest;
  const someHistory = (): Partial<GoldenRequest> => {
    const length = 1 + below(LONGEST_HISTORY);
    if (!reading || below(3) === 0) {
      return { history: Array.from({ length }, () => stringAt(ids, below(items))) };
    }
    // Few items and times, so that some repeat.
    const of = Array.from({ length }, () => stringAt(ids, below(items)));
    const times = [null, 1_700_000_000, 1_700_000_000.5, "2024-02-29T12:00:00.25+01:00"];
    const events = [...Object.keys(reading.event_weights), "other"];
    return {
      history: Array.from({ length }, (): SentItem => ({
        item_id: of[below(of.length)],
        ...(below(2) && { event_type: events[below(events.length)] }),
        ...(below(2) && { rating: (below(13) - 2) / 2 }),
        ...(below(3) && { timestamp: times[below(times.length)] }),
        ...(below(8) === 0 && { weight: (below(9) - 2) / 3 }),
      })),
    };
  };
  const shape = () => ({ n: 1 + below(LONGEST_LIST), include_seen: below(4) === 0 });
  const golden = (requests: GoldenRequest[]): Golden => ({
    format_version: 1,
    answers: requests.filter(isComplete).map((request) => goldenAnswer(model, request)),
  });

  const publicRequests = Array.from({ length: REQUESTS }, (_, i): GoldenRequest => {
    if (type === "COLLABORATIVE") return { ...someHistory(), ...shape() };
    if (type === "CONTENT" && i % 2) return { ...someItem(), ...shape() };
    return { ...(i % 3 && someItem()), ...someHistory(), ...shape() };
  });
  if (!model.users) return { items: golden(publicRequests) };

  const users = stringCount(model.users.ids);
  const chosen = Array.from(
    { length: Math.min(REQUESTS, users) },
    (_, i) => users <= REQUESTS ? i : below(users),
  );
  const userRequests = chosen.map((user): GoldenRequest => ({
    user_id: stringAt(model.users!.ids, user),
    ...(type !== "COLLABORATIVE" && someItem()),
    ...shape(),
  }));
  return { items: golden(publicRequests), users: golden(userRequests) };
}

/** An empty title or id counts as missing, so it cannot be requested. */
function isComplete({ item_id, item_title, user_id }: GoldenRequest): boolean {
  return item_id !== "" && item_title !== "" && user_id !== "";
}
