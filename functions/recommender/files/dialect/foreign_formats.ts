/** Text formats that are no tables, known by their beginning, and how to convert them. */

interface ForeignFormat {
  pattern: RegExp;
  /** The whole sentence for the file's owner. */
  detail: string;
}

const TAKEN = "upload CSV, JSON, Parquet or xlsx.";

const FORMATS: readonly ForeignFormat[] = [
  {
    pattern: /^\s*\[?\s*\{\s*[uUbB]?'[^'\n]*'\s*:/,
    detail: "The file looks like Python dictionaries, a row each: write JSON lines, in Python by " +
      "json.dumps(row) for each row, or by json.dumps(ast.literal_eval(line)) for each line.",
  },
  { pattern: /^\s*(\{\s*"|\[\s*[\[{])/, detail: `The file is JSON; ${TAKEN}` },
  {
    pattern: /^\s*<(\?xml|!doctype|html|table[\s>])/i,
    detail: `The file is HTML or XML; ${TAKEN}`,
  },
  { pattern: /^\{\\rtf/, detail: `The file is a rich text document; ${TAKEN}` },
  {
    pattern: /^\S+ \S+ (?:\S+ )+?\[\d{1,2}\/[A-Za-z]{3}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "[A-Z]+ /,
    detail:
      "The file looks like the log of a web server: write a CSV of it with a column each for the " +
      "visitor, the page or item, and the time.",
  },
  {
    pattern: /^\s*\d+:[ \t]*\r?\n\d+,\d+(?:,\d{4}-\d\d-\d\d)?\r?\n/,
    detail:
      "The file looks like blocks of the Netflix Prize: a line of an item and a colon, then its " +
      "ratings. Write the item into each row, for example by awk: " +
      'awk \'/:/{sub(/:.*/,""); item=$0; next} {print item "," $0}\' FILE > ratings.csv',
  },
  {
    pattern:
      /^(?:\s|--[^\n]*\n|\/\*(?:[^*]|\*(?!\/))*\*\/;?)*(?:insert\s+into|create\s+table|drop\s+table|copy\s+\S+\s*\([^)]*\)\s+from|set\s+\w+\s*=|begin\s*;)/i,
    detail:
      "The file looks like SQL, as a dump of a database: export the table as CSV, in Postgres by " +
      "\\copy TABLE to 'rows.csv' csv header.",
  },
  {
    pattern: /^(?:\s|%[^\n]*\n)*@relation\s/i,
    detail:
      "The file looks like ARFF of Weka: remove the lines up to @data, and write the names of the " +
      "attributes as the first line, between commas.",
  },
  {
    pattern: /^-?\d+(?:\.\d+)?(?: \d+:-?\d+(?:\.\d+)?){2,}[ \t]*\r?\n/,
    detail:
      "The file looks like libsvm's sparse format: write a row for each user and item, with a " +
      "column each.",
  },
];

/** Returns why a text is no table, as a sentence; undefined if it may be one. */
export function foreignFormat(text: string): string | undefined {
  return FORMATS.find(({ pattern }) => pattern.test(text.slice(0, 10_000)))?.detail;
}
