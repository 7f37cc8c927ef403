/** postgres.js type of `text[]` parameters. Results are not parsed: no query returns lists. */
export const texts = {
  to: 1009,
  from: [],
  serialize: (list: string[]) =>
    `{${list.map((text) => `"${text.replaceAll(/["\\]/g, "\\$&")}"`).join()}}`,
  parse: (text: string) => text,
};
