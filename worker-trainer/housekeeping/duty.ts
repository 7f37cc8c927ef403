/** Duties of housekeeping: background work independent of the training queue. */

/** A recurring task, which every trainer's housekeeping runs concurrently. */
export interface Duty {
  /** For the log, such as "erasures". */
  name: string;
  /** Maximum interval between two rounds, in milliseconds; a notification starts one earlier. */
  everyMs: number;
  /** Channel of notifications that wake it, besides those of projects. */
  channel?: string;
  /**
   * Runs one round: processes all due entries and returns. Entries are taken by
   * `for update skip locked` or a lease, since several trainers run the same duty; an entry that
   * fails is retried later and delays no other. Errors thrown are logged, and the round is repeated
   * later.
   * @param stop aborted when the process ends: no further entry is begun.
   */
  run(stop: AbortSignal): Promise<void>;
}
