import { parseText } from "../../functions/recommender/files/values/blank_words.ts";
import {
  listForm,
  type ListNotation,
} from "../../functions/recommender/files/values/list_forms.ts";
import type { Cell } from "../../functions/recommender/model/changed_items.ts";
import type { NumberForm } from "../../functions/recommender/files/values/numbers.ts";

/** Formats of a column's cells. */
export interface CellForms {
  /** Absent if its cells are not lists. */
  list?: ListNotation;
  /** Absent if they are not numbers. */
  numbers?: NumberForm;
}

/** Returns a value of a live item as the cell that the column would have in a file. */
export function cellText(value: Cell, { list, numbers }: CellForms): string {
  if (value === null) return "";
  if (Array.isArray(value)) return list ? listForm(list).write(value) : value.join(" ");
  if (typeof value === "number" && numbers?.decimal === ",") return String(value).replace(".", ",");
  return parseText(String(value));
}
