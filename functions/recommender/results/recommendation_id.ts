/**
 * The `recommendation_id` of a list: an opaque, signed text in base64url with the items of the
 * list, so that a click can be attributed to its list although nothing is stored per answer. It has
 * 59 bytes for 10 items and 124 for 50, and the placement's name.
 *
 * | bytes      | content                                                        |
 * | ---------- | -------------------------------------------------------------- |
 * | 1          | number of the key                                              |
 * | 4, 4, 1    | project, version of the model, variant of an experiment        |
 * | 4, 4       | time in seconds since 1970, random seed                        |
 * | 6          | keyed hash of the visitor, zero for a list without a visitor   |
 * | 1 + length | name of the placement                                          |
 * | 1          | number of items, at most 50                                    |
 * | 13 bits    | for each item a hash of its id, 12 bits, and its team, one bit |
 * | 16         | HMAC-SHA-256 of all bytes before                               |
 *
 * An item that is not in a list of 10 is taken for one of its items with a probability of 0.24 %.
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";

/** Maximum number of items in an id; later items of a longer list are not in it. */
export const MOST_ITEMS = 50;
/** Time for which an id is valid, in ms: a purchase may follow for 7 days. */
export const VALID_MS = 8 * 24 * 3600 * 1000;

/** The recipient of a list. The two kinds of ids are distinct. */
export type Visitor = { user: string } | { anonymous: string };

/** A list of recommendations, as in its id. */
export interface List {
  project: number;
  version: number;
  /** Variant of an experiment; 0 without one. */
  variant: number;
  /** Name of the place where the list is shown; empty if the request named none. */
  placement: string;
  /** Milliseconds since 1970, rounded down to seconds. */
  at: number;
  /** 32 random bits. */
  seed: number;
}

/** A list as it is signed. */
export interface ToSign extends List {
  /** Null if the request named no visitor: the id is then valid for any. */
  visitor: Visitor | null;
  /** Ids of the items, best first. */
  items: readonly string[];
  /** For an interleaved list: whether each item is of the second team. */
  teams?: readonly boolean[];
}

/** A verified list. */
export interface SignedList extends List {
  /** Number of the list: 63 bits of its signature, as a decimal text. */
  list: string;
  hashes: Uint16Array;
  teams: boolean[];
}

/** Reasons why an id is not valid. */
export const ID_FAULTS = ["forged", "other_project", "expired", "other_visitor"] as const;
export type IdFault = typeof ID_FAULTS[number];

/** Keys derived from secrets: the first signs, all verify. */
export type IdKeys = readonly IdKey[];

interface IdKey {
  number: number;
  /** Returns HMAC-SHA-256 of the bytes, in memory that the next call overwrites. */
  digest(bytes: Uint8Array): Uint8Array;
}

const MAC = 16;
const VISITOR = 6;
const ITEM_BITS = 13;
/** Bytes before the placement's name. */
const HEAD = 1 + 4 + 4 + 1 + 4 + 4 + VISITOR + 1;
const BASE64 = { alphabet: "base64url", omitPadding: true } as const;
const utf8 = new TextEncoder();
/** Longest id: head, placement, number of items, items and signature. */
const LONGEST = HEAD + 255 + 1 + Math.ceil(MOST_ITEMS * ITEM_BITS / 8) + MAC;
// Buffers of an id and its visitor, reused: a batch signs a thousand ids, and allocating the
// buffers takes longer than the digests.
const written = new Uint8Array(LONGEST);
const view = new DataView(written.buffer);
const visitorText = new Uint8Array(1024);

/** Derives the keys of ids from secrets, the current one first. */
export function idKeys(secrets: readonly string[]): IdKeys {
  return secrets.map((secret) => {
    const key = hmac(sha256, utf8.encode(secret), utf8.encode("airec recommendation_id"));
    const begun = hmac.create(sha256, key);
    const spare = begun.clone();
    const mac = new Uint8Array(begun.outputLen);
    const digest = (bytes: Uint8Array) => {
      begun._cloneInto(spare).update(bytes).digestInto(mac);
      return mac;
    };
    return { number: digest(utf8.encode("number of the key"))[0], digest };
  });
}

/** Returns the id of a list. Names of placements are ASCII, of at most 64 characters. */
export function recommendationId(keys: IdKeys, list: ToSign): string {
  const [key] = keys;
  const { placement, items, teams } = list;
  const count = Math.min(items.length, MOST_ITEMS);
  const name = utf8.encodeInto(placement, written.subarray(HEAD)).written;
  const signed = HEAD + name + 1 + Math.ceil(count * ITEM_BITS / 8);
  const bytes = written.subarray(0, signed + MAC);
  bytes[0] = key.number;
  view.setUint32(1, list.project);
  view.setUint32(5, list.version);
  bytes[9] = list.variant;
  view.setUint32(10, Math.floor(list.at / 1000));
  view.setUint32(14, list.seed);
  if (list.visitor) bytes.set(visitorHash(key, list.visitor), 18);
  else bytes.fill(0, 18, 18 + VISITOR);
  bytes[HEAD - 1] = name;
  bytes[HEAD + name] = count;
  const packed = bytes.subarray(HEAD + name + 1, signed).fill(0);
  for (let i = 0; i < count; i++) {
    writeBits(packed, i, itemHash(items[i], list.seed) << 1 | (teams?.[i] ? 1 : 0));
  }
  bytes.set(key.digest(bytes.subarray(0, signed)).subarray(0, MAC), signed);
  return bytes.toBase64(BASE64);
}

/** Returns the list of an id, or the reason why it is not valid for these visitors. */
export function readRecommendationId(
  keys: IdKeys,
  id: string,
  { project, visitors, now }: {
    project: number;
    /** The visitor of the event; several if it names a user and an anonymous id. */
    visitors: readonly Visitor[];
    /** Milliseconds since 1970. */
    now: number;
  },
): SignedList | IdFault {
  const bytes = bytesOf(id);
  if (bytes === null) return "forged";
  const signed = bytes.length - MAC;
  const key = keys.find((key) =>
    key.number === bytes[0] &&
    isEqual(key.digest(bytes.subarray(0, signed)).subarray(0, MAC), bytes.subarray(signed))
  );
  if (!key) return "forged";
  const view = new DataView(bytes.buffer);
  const list = {
    project: view.getUint32(1),
    version: view.getUint32(5),
    variant: bytes[9],
    at: view.getUint32(10) * 1000,
    seed: view.getUint32(14),
  };
  if (list.project !== project) return "other_project";
  if (now - list.at > VALID_MS) return "expired";
  const hash = bytes.subarray(18, 18 + VISITOR);
  const isTheirs = hash.every((byte) => byte === 0) ||
    visitors.some((visitor) => isEqual(visitorHash(key, visitor), hash));
  if (!isTheirs) return "other_visitor";
  const items = HEAD + bytes[HEAD - 1];
  const entries = Array.from(
    { length: bytes[items] },
    (_, i) => readBits(bytes.subarray(items + 1, signed), i),
  );
  return {
    ...list,
    placement: new TextDecoder().decode(bytes.subarray(HEAD, items)),
    list: (view.getBigUint64(signed) >> 1n).toString(),
    hashes: Uint16Array.from(entries, (entry) => entry >> 1),
    teams: entries.map((entry) => (entry & 1) === 1),
  };
}

/**
 * Returns an item's position in a list, from 0, or null if the item is not in it. Of several items
 * with the same hash it is the one at the position that the event names, else the first.
 */
export function positionIn(
  { hashes, seed }: Pick<SignedList, "hashes" | "seed">,
  itemId: string,
  named?: number | null,
): number | null {
  const hash = itemHash(itemId, seed);
  if (typeof named === "number" && hashes[named] === hash) return named;
  const index = hashes.indexOf(hash);
  return index < 0 ? null : index;
}

function visitorHash({ digest }: IdKey, visitor: Visitor): Uint8Array {
  const text = "user" in visitor ? `user ${visitor.user}` : `anonymous ${visitor.anonymous}`;
  const { read, written } = utf8.encodeInto(text, visitorText);
  const whole = read === text.length ? visitorText.subarray(0, written) : utf8.encode(text);
  return digest(whole).subarray(0, VISITOR);
}

/** Returns 12 bits of an id's MurmurHash3 (32 bits, over UTF-16 code units), seeded by the list. */
function itemHash(id: string, seed: number): number {
  let hash = seed;
  for (let i = 0; i < id.length; i++) {
    const unit = Math.imul(id.charCodeAt(i), 0xcc9e2d51);
    hash ^= Math.imul(unit << 15 | unit >>> 17, 0x1b873593);
    hash = Math.imul(hash << 13 | hash >>> 19, 5) + 0xe6546b64 | 0;
  }
  hash ^= id.length;
  hash = Math.imul(hash ^ hash >>> 16, 0x85ebca6b);
  hash = Math.imul(hash ^ hash >>> 13, 0xc2b2ae35);
  return (hash ^ hash >>> 16) >>> 20;
}

/** Writes entry `i` of 13 bits into zeroed bytes. */
function writeBits(bytes: Uint8Array, i: number, value: number): void {
  const bit = i * ITEM_BITS;
  const at = bit >> 3;
  // 24 bits hold the entry and the up to 7 bits before it.
  const word = value << 24 - ITEM_BITS - (bit & 7);
  bytes[at] |= word >> 16;
  bytes[at + 1] |= word >> 8 & 255;
  if (word & 255) bytes[at + 2] |= word & 255;
}

function readBits(bytes: Uint8Array, i: number): number {
  const bit = i * ITEM_BITS;
  const at = bit >> 3;
  const word = bytes[at] << 16 | bytes[at + 1] << 8 | (bytes[at + 2] ?? 0);
  return word >> 24 - ITEM_BITS - (bit & 7) & (1 << ITEM_BITS) - 1;
}

/** Returns the bytes of an id, or null if it cannot be one. Each id has exactly one text. */
function bytesOf(id: string): Uint8Array<ArrayBuffer> | null {
  if (id.length > Math.ceil(LONGEST * 4 / 3)) return null;
  try {
    const bytes = Uint8Array.fromBase64(id, { alphabet: "base64url" });
    return bytes.length > HEAD + MAC && bytes.toBase64(BASE64) === id ? bytes : null;
  } catch {
    return null;
  }
}

/** Compares in a time that depends only on the length. */
function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  let difference = one.length ^ other.length;
  for (let i = 0; i < one.length; i++) difference |= one[i] ^ other[i];
  return difference === 0;
}
