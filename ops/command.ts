/** Arguments and errors of operator commands. */

export interface Arguments {
  /** The positional argument. */
  at?: string;
  flags: Set<string>;
  values: Record<string, string | undefined>;
}

/** Parses the arguments; an unknown one prints the usage and exits with code 2. */
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
    } else sayAndExit(`Unknown argument: ${argument}.\n\n${usage}`, 2);
  }
  return found;
}

/** Prints an error or a message and exits. */
export function sayAndExit(what: unknown, code = 1): never {
  const isKnown = typeof what === "string" || what instanceof Error;
  console.error(isKnown ? (what instanceof Error ? what.message : what) : String(what));
  Deno.exit(code);
}
