import type { Cell } from "../model/changed_items.ts";
import { describeItem } from "../model/facets.ts";
import { fold } from "../model/folded_text.ts";
import type { Model } from "../model/model.ts";
import { itemOf } from "../model/request.ts";
import { stringAt } from "../model/string_table.ts";
import { itemColumns, modelCell } from "./item_columns.ts";
import type { ServingItems } from "./live_items.ts";

/** Returns the items of a version as its training had them. */
export function servingItems(model: Model, projectId: number): ServingItems {
  const columns = itemColumns(model.manifest);
  return {
    projectId,
    learned: model.manifest.learned_items ?? 0,
    has: (itemId) => itemOf(model, itemId) >= 0,
    hasValues({ itemId, title, cells }) {
      const item = itemOf(model, itemId);
      if (item < 0) return false;
      if (title !== undefined && title !== stringAt(model.items.titles, item)) return false;
      if (cells.size === 0) return true;
      const known = new Map<string, Cell>(Object.entries(describeItem(model, item)));
      return [...cells].every(([name, cell]) => {
        const kind = columns.get(name);
        // The model does not have the values of other columns.
        return kind != null && isSame(modelCell(cell, kind), known.get(name) ?? null);
      });
    },
  };
}

/** Whether two values are equal in a model, which has a term in its first spelling. */
function isSame(a: Cell, b: Cell): boolean {
  if (typeof a === "number" || typeof b === "number" || a === null || b === null) return a === b;
  const [own, other] = [a, b].map((cell) => new Set([cell].flat().map(fold)));
  return own.symmetricDifference(other).size === 0;
}
