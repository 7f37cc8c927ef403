/** Selects the split on which a training is evaluated: at one moment, or of each user's items. */
import type { Interactions } from "../dataset.ts";
import { type Split, splitInteractions } from "./split.ts";
import { cutInTime, type TimeCut } from "./time_cut.ts";

/** Share of each user's items held out for the test. */
export const TEST_SHARE = 0.2;
/**
 * Share of the rest held out for validation. Small for random splits, because the best
 * hyperparameters depend on the amount of data; but the last tenth by time is a single session of
 * each user, and too noisy.
 */
const VALIDATION_SHARE = { drawn: 0.1, timed: 0.2 };

/** Users below which figures in time, beside others, are too uncertain to be worth a fit. */
const ENOUGH_USERS = 100;

/** How interactions are divided: at one moment for all users, or each user's items. */
export type SplitKind = "time" | "user";

/** The splits of a training. */
export interface EvaluationSplits {
  kind: SplitKind;
  /** Training and validation together, and the test. */
  outer: Split;
  /** Training and validation. */
  inner: Split;
  validationShare: number;
  /** The temporal split behind `outer`, if `kind` is `time`. */
  cut?: TimeCut;
  /** The split of the other kind, if enough users can be evaluated on it. */
  other?: Split;
  /** The kind of the split and the reason for it, as a sentence. */
  says: string;
}

/**
 * Returns the splits of a training. They are at one moment, as a recommender is used, if enough
 * users have a history before it and items after it; otherwise of each user's items, where the
 * model learns from other users' interactions that are later than the held-out ones.
 * @param options.until times after it are wrong, see `cutInTime`.
 */
export function evaluationSplits(
  interactions: Interactions,
  { seed, until }: { seed: number; until?: number },
): EvaluationSplits {
  const cut = cutInTime(interactions, until);
  const byUser = splitInteractions(interactions, { seed, share: TEST_SHARE });
  const kind = cut?.isUsable ? "time" : "user";
  const outer = cut?.isUsable ? cut : byUser;
  const innerCut = cut?.isUsable ? cutInTime(outer.train, until) : undefined;
  const validationShare = interactions.times ? VALIDATION_SHARE.timed : VALIDATION_SHARE.drawn;
  return {
    kind,
    outer,
    inner: innerCut?.isUsable
      ? innerCut
      : splitInteractions(outer.train, { seed: seed + 1, share: validationShare }),
    validationShare,
    ...(cut?.isUsable && { cut, other: byUser }),
    ...(cut && !cut.isUsable && cut.users >= ENOUGH_USERS && { other: cut }),
    says: saysOf(cut, interactions.times !== undefined),
  };
}

function saysOf(cut: TimeCut | undefined, hasTimes: boolean): string {
  if (!cut) {
    return hasTimes
      ? "Evaluated on a fifth of each user's items, the latest where times order them: no point in " +
        "time divides the interactions."
      : "Evaluated on a fifth of each user's items, drawn at random: there are no times.";
  }
  const users = cut.users.toLocaleString("en");
  const day = new Date(1000 * cut.time).toISOString().slice(0, 10);
  return cut.isUsable
    ? `Evaluated in time: the model learned from interactions before ${day}, as in production, and ` +
      `the next items of ${users} users were held out.`
    : `Evaluated on the last fifth of each user's items: only ${users} users have items both before ` +
      `and after ${day}, too few to evaluate in time.`;
}
