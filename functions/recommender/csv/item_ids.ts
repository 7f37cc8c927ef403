/** Ids of the items file, and the rules by which another file's spelling of them is recognised. */
import { hashOf, HashSet } from "./hashes.ts";

/** Spellings of one id: each rule returns what the spellings have in common. */
export const ID_RULES = {
  decimals: (id: string) => id.replace(/^(\d+)\.0+$/, "$1"),
  zeros: (id: string) => id.replace(/^0+(?=\d)/, ""),
  quotes: (id: string) => id.replace(/^(["'])(.*)\1$/s, "$2"),
} satisfies Record<string, (id: string) => string>;

export type IdRule = keyof typeof ID_RULES;

const RULES = Object.keys(ID_RULES) as IdRule[];

/** The ids of the items that content files describe, by hashes. */
export class ItemIds {
  /** The first of them, as an example. */
  first?: string;
  readonly #ids = new HashSet();
  /** By rule, the ids that it changes, by the hash of what they become. */
  readonly #changed = Object.fromEntries(RULES.map((rule) => [rule, new Map()])) as Record<
    IdRule,
    Map<number, string>
  >;
  /** Rules by which two of the ids are one. */
  readonly #unclear = new Set<IdRule>();

  get size(): number {
    return this.#ids.size;
  }

  has(id: string): boolean {
    return this.#ids.has(hashOf(id));
  }

  /** Whether there is an id of this hash. */
  hasHash(hash: number): boolean {
    return this.#ids.has(hash);
  }

  /** Returns false where the id is in already. */
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

  /** Returns the id that another spelling means by a rule; undefined where there is none. */
  meant(id: string, rule: IdRule): string | undefined {
    if (this.#unclear.has(rule)) return undefined;
    const key = ID_RULES[rule](id);
    const hash = hashOf(key);
    return this.#ids.has(hash) ? key : this.#changed[rule].get(hash);
  }
}

/** How the ids of interactions fit the items file. */
export interface IdMatch {
  /** The rule by which they are joined; null where they are compared exactly. */
  rule: IdRule | null;
  /** Ids that the items file does not have as they stand, two at most. */
  examples: string[];
  /** An id of the items file. */
  known: string;
}

/** A rule joins where so few rows match as they stand, and so many by the rule. */
const MOST_EXACT = 0.5;
const LEAST_JOINED = 0.9;

/** Counts how many rows name an item of the items file, as they stand and by each rule. */
export class IdEvidence {
  readonly #ids: ItemIds;
  #rows = 0;
  #exact = 0;
  readonly #joined: Record<IdRule, number> = { decimals: 0, zeros: 0, quotes: 0 };
  readonly #examples: string[] = [];

  constructor(ids: ItemIds) {
    this.#ids = ids;
  }

  /** Counts a row that names its item by an id of the items file. */
  addExact(): void {
    this.#rows++;
    this.#exact++;
  }

  /** Counts a row that names its item by an id. @param user whose id no example may hold. */
  add(id: string, user: string): void {
    if (this.#ids.has(id)) return this.addExact();
    this.#rows++;
    const examples = this.#examples;
    if (examples.length < 2 && !examples.includes(id) && !id.includes(user)) examples.push(id);
    for (const rule of RULES) {
      if (this.#ids.meant(id, rule) !== undefined) this.#joined[rule]++;
    }
  }

  /** Returns how the ids fit; undefined where most of them do as they stand. */
  decide(): IdMatch | undefined {
    if (this.#ids.size === 0 || this.#exact >= MOST_EXACT * this.#rows) return undefined;
    const least = LEAST_JOINED * this.#rows;
    return {
      rule: RULES.find((rule) => this.#exact + this.#joined[rule] >= least) ?? null,
      examples: this.#examples,
      known: this.#ids.first!,
    };
  }
}

/** Returns the sentence that says how ids were joined, or that they do not fit. */
export function idNote({ rule, examples, known }: IdMatch): string {
  const quoted = examples.map((id) => `"${id.slice(0, 40)}"`);
  if (rule) {
    return `Item ids such as ${
      quoted[0] ?? "these"
    } are not in the items file as they stand: they are ` +
      `joined with its ids, such as "${known.slice(0, 40)}", by ${RULE_WORDS[rule]}.`;
  }
  return `Most rows name items that the items file does not have` +
    (quoted.length > 0 ? `, such as ${quoted.join(" and ")}` : "") +
    `; its own ids are such as "${known.slice(0, 40)}". Is the right column chosen in both files?`;
}

/** Rules in words, for sentences and the documentation. */
export const RULE_WORDS: Record<IdRule, string> = {
  decimals: "leaving out .0 at the end",
  zeros: "leaving out zeros at the beginning",
  quotes: "leaving out quotes around them",
};
