/** Lists of texts as parameters, `text[]`; as results, no service asks for lists. */
export const texts = {
  to: 1009,
  from: [],
  serialize: (list: string[]) =>
    `{${list.map((text) => `"${text.replaceAll(/["\\]/g, "\\$&")}"`).join()}}`,
  parse: (text: string) => text,
};
