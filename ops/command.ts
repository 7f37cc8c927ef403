/** What the operator's commands have in common: their arguments and their end. */

export interface Arguments {
  /** The one argument without a dash. */
  at?: string;
  flags: Set<string>;
  values: Record<string, string | undefined>;
}

/** Reads the command's arguments; one that it does not know ends it with the usage. */
export function readArguments(
  usage: string,
  { flags = [], values = [], given = Deno.args }: {
    flags?: string[];
    values?: string[];
    given?: string[];
  },
): Arguments {
  const found: Arguments = { flags: new Set(), values: {} };
  const rest = [...given];
  while (rest.length > 0) {
    const argument = rest.shift()!;
    const [name, value] = argument.replace(/^--/, "").split("=");
    if (argument === "--help") sayAndExit(usage, 0);
    else if (!argument.startsWith("-") && found.at === undefined) found.at = argument;
    else if (flags.includes(name)) found.flags.add(name);
    else if (values.includes(name) && (value ?? rest[0]) !== undefined) {
      found.values[name] = value ?? rest.shift();
    } else sayAndExit(`There is no ${argument}.\n\n${usage}`, 2);
  }
  return found;
}

/** Ends the command with what went wrong, in a sentence where it is one. */
export function sayAndExit(what: unknown, code = 1): never {
  const isKnown = typeof what === "string" || what instanceof Error;
  console.error(isKnown ? (what instanceof Error ? what.message : what) : String(what));
  Deno.exit(code);
}
