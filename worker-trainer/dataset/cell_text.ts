import { parseText } from "../../functions/recommender/files/values/blank_words.ts";
import {
  listForm,
  type ListNotation,
} from "../../functions/recommender/files/values/list_forms.ts";
import type { NumberForm } from "../../functions/recommender/files/values/numbers.ts";

/** A value of a live item's column, as the API takes it; null empties the cell. */
export type CellValue = number | string | boolean | string[] | null;

/** Formats of a column's cells. */
export interface CellForms {
  /** Absent if its cells are not lists. */
  list?: ListNotation;
  /** Absent if they are not numbers. */
  numbers?: NumberForm;
}

/** Returns a value as the cell that the column would have in a file. */
export function cellText(value: CellValue, { list, numbers }: CellForms): string {
  if (value === null) return "";
  if (Array.isArray(value)) return list ? listForm(list).write(value) : value.join(" ");
  if (typeof value === "number" && numbers?.decimal === ",") return String(value).replace(".", ",");
  return parseText(String(value));
}
