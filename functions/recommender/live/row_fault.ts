import { nearestName } from "../../http/nearest_name.ts";

/** Reasons why an event is rejected. */
export const ROW_FAULTS = [
  "malformed",
  "missing_field",
  "invalid_field",
  "unknown_field",
  "too_long",
  "unknown_type",
  "time_out_of_range",
] as const;

/** Reasons why an item is rejected. */
export const ITEM_FAULTS = [
  "malformed",
  "missing_field",
  "invalid_field",
  "unknown_field",
  "too_long",
  "unknown_column",
] as const;

type Code = (typeof ROW_FAULTS | typeof ITEM_FAULTS)[number];

/** Rejects a row of a call; the message is the sentence for its sender. */
export class RowFault<Fault extends Code = Code> extends Error {
  override name = "RowFault";
  constructor(readonly code: Fault, message: string) {
    super(message);
  }

  /** Returns the fault of an unknown field, which names the nearest known one. */
  static unknownField(name: string, known: Iterable<string>): RowFault<"unknown_field"> {
    const shown = JSON.stringify(name.slice(0, 100).toWellFormed());
    const nearest = nearestName(name, known);
    const hint = nearest === undefined ? "" : `; did you mean ${nearest}?`;
    return new RowFault("unknown_field", `${shown} is not a known member${hint}`);
  }
}
