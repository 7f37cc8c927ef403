/** Infers whether a column of a content file has numbers or dates, and in which format. */
import type { Choices } from "./mapping.ts";
import { type FoundNumbers, NumberEvidence } from "./number_evidence.ts";
import { type FoundTimes, TimeEvidence } from "./time_evidence.ts";

/** The format of a column of numbers, or of dates. */
export type FoundValues = { numbers: FoundNumbers } | { times: FoundTimes };

/** Number of cells that decide that a column has neither; of its other cells nothing is counted. */
const SAMPLE = 1000;

/** Collects evidence for the format of a column, in constant memory. */
export class ValueEvidence {
  #numbers?: NumberEvidence = new NumberEvidence();
  #times?: TimeEvidence = new TimeEvidence();
  #cells = 0;

  /** Adds a cell. */
  add(cell: string): void {
    if (cell === "") return;
    this.#numbers?.add(cell);
    this.#times?.add(cell);
    if (++this.#cells !== SAMPLE) return;
    if (!this.#numbers?.decide().isNumeric) this.#numbers = undefined;
    if (this.#numbers || !this.#times?.decide().isTemporal) this.#times = undefined;
  }

  /** Returns the column's format; undefined if it has neither numbers nor dates. */
  decide({ decimal_sign, date_order }: Choices): FoundValues | undefined {
    const numbers = this.#numbers?.decide(decimal_sign);
    if (numbers?.isNumeric) return { numbers };
    const times = this.#times?.decide(date_order);
    return times?.isTemporal ? { times } : undefined;
  }
}
