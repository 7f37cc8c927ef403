/** Infers whether a column of a content file has numbers or dates, and in which format. */
import type { ColumnChoices } from "./decimal_comma.ts";
import { type FoundNumbers, NumberEvidence } from "../values/number_evidence.ts";
import { type FoundTimes, TimeEvidence } from "../values/time_evidence.ts";

/** The format of a column of numbers, or of dates. */
export type FoundValues = { numbers: FoundNumbers } | { times: FoundTimes };

/** Number of cells after each of which it is decided whether further ones have to be counted. */
const SAMPLE = 1000;

/** Collects evidence for the format of a column, in constant memory, until nothing is open. */
export class ValueEvidence {
  #numbers?: NumberEvidence = new NumberEvidence();
  #times?: TimeEvidence = new TimeEvidence();
  #cells = 0;
  #isSettled = false;

  /** Adds a cell. */
  add(cell: string): void {
    if (this.#isSettled || cell === "") return;
    this.#numbers?.add(cell);
    this.#times?.add(cell);
    if (++this.#cells % SAMPLE === 0) this.#settle();
  }

  #settle(): void {
    const numbers = this.#numbers?.decide();
    const times = numbers?.isNumeric ? undefined : this.#times?.decide();
    if (!numbers?.isNumeric) this.#numbers = undefined;
    if (!times?.isTemporal) this.#times = undefined;
    this.#isSettled = this.#numbers && numbers
      ? this.#numbers.isTold && numbers.units.length < 2
      : !this.#times || times?.open === null;
  }

  /** Returns the column's format; undefined if it has neither numbers nor dates. */
  decide({ decimal_sign, date_order, isDecimalComma }: ColumnChoices): FoundValues | undefined {
    const numbers = this.#numbers?.decide(decimal_sign, isDecimalComma);
    if (numbers?.isCode) return undefined;
    if (numbers?.isNumeric) return { numbers };
    const times = this.#times?.decide(date_order);
    return times?.isTemporal ? { times } : undefined;
  }
}
