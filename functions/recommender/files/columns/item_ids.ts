/** Ids of the items file, and rules that match other spellings of them. */
import { hashOf, HashSet } from "./hashes.ts";

const decimals = (id: string) => id.replace(/^(\d+)\.0+$/, "$1");
const zeros = (id: string) => id.replace(/^0+(?=\d)/, "");
const quotes = (id: string) => id.replace(/^(["'])(.*)\1$/s, "$2");

/** Normalizations of ids: two ids match by a rule if it maps them to the same text. */
export const ID_RULES = {
  decimals,
  zeros,
  quotes,
  all: (id: string) => zeros(decimals(quotes(id))),
} satisfies Record<string, (id: string) => string>;

export type IdRule = keyof typeof ID_RULES;

const RULES = Object.keys(ID_RULES) as IdRule[];

/** Hashes of the item ids of the content files. */
export class ItemIds {
  /** The first id, as an example. */
  first?: string;
  readonly #ids = new HashSet();
  /** By rule: ids that the rule changes, by the hash of the result. */
  readonly #changed = Object.fromEntries(RULES.map((rule) => [rule, new Map()])) as Record<
    IdRule,
    Map<number, string>
  >;
  /** Rules that map two of the ids to the same text, and so are ambiguous. */
  readonly #unclear = new Set<IdRule>();

  get size(): number {
    return this.#ids.size;
  }

  has(id: string): boolean {
    return this.#ids.has(hashOf(id));
  }

  /** Whether an id has this hash. */
  hasHash(hash: number): boolean {
    return this.#ids.has(hash);
  }

  /** Adds an id. Returns false if it is already present. */
  add(id: string): boolean {
    const hash = hashOf(id);
    if (!this.#ids.add(hash)) return false;
    this.first ??= id;
    for (const rule of RULES) {
      const changed = this.#changed[rule];
      const key = ID_RULES[rule](id);
      const keyHash = key === id ? hash : hashOf(key);
      if (changed.has(keyHash) || key !== id && this.#ids.has(keyHash)) this.#unclear.add(rule);
      if (key !== id) changed.set(keyHash, id);
    }
    return true;
  }

  /** Returns the known id that another spelling matches by a rule; undefined if there is none. */
  meant(id: string, rule: IdRule): string | undefined {
    if (this.#unclear.has(rule)) return undefined;
    const key = ID_RULES[rule](id);
    const hash = hashOf(key);
    return this.#ids.has(hash) ? key : this.#changed[rule].get(hash);
  }
}

/** How the ids of interactions match the items file. */
export interface IdMatch {
  /** Rule used for matching; null if ids are compared exactly. */
  rule: IdRule | null;
  /** Rule that would join further rows where most match exactly; it is not used. */
  unused?: IdRule;
  /** At most two ids that have no exact match. */
  examples: string[];
  /** An id of the items file, as an example. */
  known: string;
}

/**
 * A rule is used if less than `MOST_EXACT` of the rows match exactly and at least `LEAST_JOINED` by
 * the rule. It is mentioned if it would join at least `MENTIONED` of the rows.
 */
const MOST_EXACT = 0.5;
export const LEAST_JOINED = 0.9;
const MENTIONED = 0.05;

/** Counts the rows whose item id matches the items file, exactly and by each rule. */
export class IdEvidence {
  readonly #ids: ItemIds;
  #rows = 0;
  #exact = 0;
  readonly #joined: Record<IdRule, number> = { decimals: 0, zeros: 0, quotes: 0, all: 0 };
  readonly #examples: string[] = [];

  constructor(ids: ItemIds) {
    this.#ids = ids;
  }

  /** Adds a row whose item id matches exactly. */
  addExact(): void {
    this.#rows++;
    this.#exact++;
  }

  /** Adds a row with an item id. @param user id that examples must not contain. */
  add(id: string, user: string): void {
    if (this.#ids.has(id)) return this.addExact();
    this.#rows++;
    const examples = this.#examples;
    if (examples.length < 2 && !examples.includes(id) && !id.includes(user)) examples.push(id);
    for (const rule of RULES) {
      if (this.#ids.meant(id, rule) !== undefined) this.#joined[rule]++;
    }
  }

  /** Returns how the ids match; undefined if most match exactly and no rule joins others. */
  decide(): IdMatch | undefined {
    if (this.#ids.size === 0) return undefined;
    const found = { examples: this.#examples, known: this.#ids.first! };
    if (this.#exact < MOST_EXACT * this.#rows) {
      const least = LEAST_JOINED * this.#rows;
      const rule = RULES.find((rule) => this.#exact + this.#joined[rule] >= least) ?? null;
      return { rule, ...found };
    }
    const unused = RULES.find((rule) => this.#joined[rule] > MENTIONED * this.#rows);
    return unused && { rule: null, unused, ...found };
  }
}

/** Returns a note on how ids were matched, or that they do not match. */
export function idNote({ rule, unused, examples, known }: IdMatch): string {
  const quoted = examples.map((id) => `"${id.slice(0, 40)}"`);
  if (rule) {
    return `Item ids such as ${
      quoted[0] ?? "these"
    } are not in the items file as they stand: they are ` +
      `joined with its ids, such as "${known.slice(0, 40)}", by ${RULE_WORDS[rule]}.`;
  }
  if (unused) {
    return `Item ids such as ${
      quoted[0] ?? "some"
    } are in the items file in another spelling, that ` +
      `by ${RULE_WORDS[unused]}; most ids match as they stand, so these are read as other items. ` +
      "Are they the same, write them alike in both files.";
  }
  return `Most rows name items that the items file does not have` +
    (quoted.length > 0 ? `, such as ${quoted.join(" and ")}` : "") +
    `; its own ids are such as "${known.slice(0, 40)}". Is the right column chosen in both files?`;
}

/** Descriptions of the rules, for notes and the documentation. */
export const RULE_WORDS: Record<IdRule, string> = {
  decimals: "leaving out .0 at the end",
  zeros: "leaving out zeros at the beginning",
  quotes: "leaving out quotes around them",
  all: "leaving out quotes around them, .0 at the end and zeros at the beginning",
};
