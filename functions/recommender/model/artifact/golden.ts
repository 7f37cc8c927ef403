/**
 * Golden answers: requests with the exact responses of the trainer's reader. They are stored in the
 * artifact, so that every other reader can verify that it reads the same model, to the last bit.
 */
import { recommend } from "../answer.ts";
import type { Model } from "../model.ts";
import type { SentItem } from "../request.ts";
export { GOLDEN_USERS } from "./private_files.ts";

/** Public golden answers: by items and synthetic histories. */
export const GOLDEN = "data/golden.json";

export interface Golden {
  format_version: 1;
  answers: GoldenAnswer[];
}

export interface GoldenAnswer {
  request: GoldenRequest;
  answer: { item_id: string; item_title: string; score: number }[];
}

/** Parameters that every reader supports, Python's data frame included. */
export interface GoldenRequest {
  item_id?: string;
  item_title?: string;
  user_id?: string;
  /** Item ids or rows, oldest first. */
  history?: (string | SentItem)[];
  n: number;
  include_seen: boolean;
}

/** Returns the model's response to a request, in the form of a golden file. */
export function goldenAnswer(model: Model, request: GoldenRequest): GoldenAnswer {
  const answer = recommend(model, request).recommendations
    .map(({ item_id, item_title, score }) => ({ item_id, item_title, score }));
  return { request, answer };
}

/** Returns a sentence for each golden answer that the model does not reproduce exactly. */
export function checkGolden(model: Model, golden: Golden): string[] {
  return golden.answers.flatMap(({ request, answer: wanted }) => {
    const { answer } = goldenAnswer(model, request);
    const first = wanted.findIndex((item, i) =>
      answer[i]?.item_id !== item.item_id || answer[i].item_title !== item.item_title ||
      answer[i].score !== item.score
    );
    if (first < 0 && answer.length === wanted.length) return [];
    const at = first < 0 ? wanted.length : first;
    const requestJson = JSON.stringify(request);
    return [
      `${requestJson} returns ${JSON.stringify(answer[at] ?? null)} at position ${at + 1}, ` +
      `but the golden answer has ${JSON.stringify(wanted[at] ?? null)}.`,
    ];
  });
}
