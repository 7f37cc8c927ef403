/** Texts of the project overview. */
import { count } from "../ui/words.ts";

export const text = {
  tryIt: "Try it",
  report: "View the report",
  use: "Use it on a website",
  data: "Data",
  id: "Project id",
  type: "Type",
  model: "Model",
  version: (version: string) => `, version ${version}`,
  made: "Created",
  trained: "Trained",
  notYet: "not yet",
  itemsChanged: "Items changed since",
  changed: (changed: number, most: number) => `${count(changed)} of at most ${count(most)}`,
};
