/** Keeps what the evaluated model would list for test users, by which rules are priced later. */
import type { Model, Rehearsal } from "../../functions/recommender/model/model.ts";
import { type Question, rank } from "../../functions/recommender/model/rank.ts";
import { stringTable } from "../../functions/recommender/model/string_table.ts";
import type { Interactions } from "../dataset/dataset.ts";
import { RowsBuilder } from "../linalg/sparse_rows.ts";
import { sample, usersWithLikes } from "../metrics/evaluated_users.ts";

/** Maximum number of users, and of candidates of each. */
const MOST_USERS = 1_000;
const CANDIDATES = 500;
/** Number of items of a rehearsed cart. */
const CART = 3;

/**
 * Returns the candidates of a sample of the users who liked something later; undefined if none did.
 * @param model the evaluated model, with the histories without the held-out items.
 * @param options.users ids of all users.
 */
export function rehearse(
  model: Model,
  { held, users, random }: { held: Interactions; users: string[]; random: () => number },
): Rehearsal | undefined {
  const drawn = sample(usersWithLikes(held), MOST_USERS, random);
  if (drawn.length === 0) return undefined;
  const pastOf = (user: number) => {
    const { offsets, columns, values } = model.users!.histories;
    const [start, end] = [offsets[user], offsets[user + 1]];
    return { items: columns.subarray(start, end), weights: values.subarray(start, end) };
  };
  const lastLiked = (user: number, n: number) => {
    const { items, weights } = pastOf(user);
    return Array.from(items).filter((_, h) => weights[h] > 0).slice(-n);
  };
  const request = (
    askedOf: (user: number) => number[],
    questionOf: (user: number, asked: number[]) => Omit<Question, "n"> | undefined,
  ) => {
    const asked = new RowsBuilder(drawn.length, drawn.length * CART);
    const candidates = new RowsBuilder(drawn.length, drawn.length * CANDIDATES);
    for (const user of drawn) {
      const items = askedOf(user);
      for (const item of items) asked.add(item, 1);
      const question = questionOf(user, items);
      const exclude = pastOf(user).items;
      const ranked = question ? rank(model, { ...question, exclude, n: CANDIDATES }) : [];
      for (const { item, score } of ranked) candidates.add(item, score);
      asked.endRow();
      candidates.endRow();
    }
    return { asked: asked.build(), candidates: candidates.build() };
  };
  const later = new RowsBuilder(drawn.length, Math.max(1, held.items.length));
  for (const user of drawn) {
    for (let e = held.offsets[user]; e < held.offsets[user + 1]; e++) {
      if (held.weights[e] > 0) later.add(held.items[e], held.weights[e]);
    }
    later.endRow();
  }
  return {
    users: stringTable(Array.from(drawn, (user) => users[user])),
    held: later.build(),
    requests: {
      history: request(() => [], (user) => ({ history: pastOf(user) })),
      item: request(
        (user) => lastLiked(user, 1),
        (_, [item]) => item === undefined ? undefined : { item },
      ),
      cart: request(
        (user) => lastLiked(user, CART),
        (_, items) => items.length > 0 ? { history: { items } } : undefined,
      ),
    },
  };
}
