/** The example model with columns, for tests of rules. */
import { exampleModel } from "../example_model.ts";
import type { Column, Model, ModelType } from "../../functions/recommender/model/model.ts";
import { stringTable } from "../../functions/recommender/model/string_table.ts";

/**
 * The five films of `exampleModel` with brand, price and genres: 1 Acme 10 Crime|Drama, 2 Acme 20
 * Drama, 3 Bolt 30 Sci-Fi, 04 Bolt 40 Horror, five without a brand 50 and without a genre.
 */
export function describedModel(type: ModelType): Model {
  return {
    ...exampleModel(type),
    columns: [
      terms("brand", "text", [["Acme"], ["Acme"], ["Bolt"], ["Bolt"], []]),
      { name: "price", kind: "number", values: Float32Array.of(10, 20, 30, 40, 50) },
      terms("genre", "list", [["Crime", "Drama"], ["Drama"], ["Sci-Fi"], ["Horror"], []]),
    ],
  };
}

function terms(name: string, kind: "text" | "list", lists: string[][]): Column {
  const all = [...new Set(lists.flat())];
  const offsets = lists.reduce((found, list) => [...found, found.at(-1)! + list.length], [0]);
  const codes = Uint16Array.from(lists.flat(), (term) => all.indexOf(term));
  return { name, kind, terms: stringTable(all), offsets: Uint32Array.from(offsets), codes };
}
