/** Housekeeping's duties: work beside the queue, which no training waits for. */

/** One kind of work that comes due again and again, in each trainer's housekeeping at once. */
export interface Duty {
  /** For the log: "erasures". */
  name: string;
  /** Milliseconds between two rounds where nothing wakes housekeeping before. */
  everyMs: number;
  /**
   * One round: does what is due and returns. It takes each entry by `for update skip locked` or a
   * lease, since several trainers do the same; an entry that fails gets a later try of its own and
   * keeps no other from being done. What it throws is logged, and the round repeated later.
   * @param stop is aborted when the process is to end: nothing new is begun then.
   */
  run(stop: AbortSignal): Promise<void>;
}
