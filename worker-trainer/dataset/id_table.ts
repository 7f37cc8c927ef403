import { grown } from "./grown.ts";

/** Number of ids decoded at a time. */
const BLOCK = 10_000;

/**
 * Assigns the ids 0, 1, 2 … to texts in the order in which they are added, and finds a text within
 * a longer one without slicing it: a hash table with open addressing, at most half full, whose
 * texts are stored consecutively in one array. It keeps no file's text alive, and can hold more ids
 * than a `Map`.
 */
export class IdTable {
  /** The code units of all texts. */
  #units = new Uint16Array(1024);
  /** End of each text in `#units`. */
  #ends = new Uint32Array(64);
  /** At 2p, the id whose hash maps to p (linear probing), −1 if empty; at 2p + 1, its hash. */
  #places = new Int32Array(2 * 128).fill(-1);
  #size = 0;
  /** Random, so that colliding ids cannot be crafted. */
  readonly #seed = crypto.getRandomValues(new Int32Array(1))[0];

  get size(): number {
    return this.#size;
  }

  /** Returns the id of a text; a new text gets the next one. */
  add(text: string): number {
    const hash = this.#hashOf(text, 0, text.length);
    const place = this.#placeOf(hash, text, 0, text.length);
    if (this.#places[place] >= 0) return this.#places[place];
    const id = this.#size++;
    this.#places[place] = id;
    this.#places[place + 1] = hash;
    this.#keep(text, id);
    if (4 * this.#size > this.#places.length) this.#spread();
    return id;
  }

  /** Returns the id of the text from `start` to `end`, or −1. */
  find(text: string, start = 0, end = text.length): number {
    return this.#places[this.#placeOf(this.#hashOf(text, start, end), text, start, end)];
  }

  /** Returns all texts, by id. */
  texts(): string[] {
    const decoder = new TextDecoder("utf-16le", { ignoreBOM: true });
    const texts: string[] = [];
    for (let id = 0; id < this.#size; id += BLOCK) {
      const from = this.#startOf(id);
      const last = Math.min(id + BLOCK, this.#size);
      const block = decoder.decode(this.#units.subarray(from, this.#startOf(last)));
      for (let i = id; i < last; i++) {
        texts.push(block.slice(this.#startOf(i) - from, this.#ends[i] - from));
      }
    }
    return texts;
  }

  #startOf(id: number): number {
    return id === 0 ? 0 : this.#ends[id - 1];
  }

  #placeOf(hash: number, text: string, start: number, end: number): number {
    const mask = this.#places.length - 1;
    for (let place = 2 * hash & mask;; place = (place + 2) & mask) {
      const id = this.#places[place];
      if (id < 0) return place;
      if (this.#places[place + 1] === hash && this.#reads(id, text, start, end)) return place;
    }
  }

  /** Returns whether the text of an id equals the text from `start` to `end`. */
  #reads(id: number, text: string, start: number, end: number): boolean {
    const from = this.#startOf(id);
    if (this.#ends[id] - from !== end - start) return false;
    for (let i = start; i < end; i++) {
      if (this.#units[from + i - start] !== text.charCodeAt(i)) return false;
    }
    return true;
  }

  #keep(text: string, id: number): void {
    if (id === this.#ends.length) this.#ends = grown(this.#ends);
    const start = this.#startOf(id);
    const end = start + text.length;
    while (end > this.#units.length) this.#units = grown(this.#units);
    for (let i = 0; i < text.length; i++) this.#units[start + i] = text.charCodeAt(i);
    this.#ends[id] = end;
  }

  /** Doubles the hash table. */
  #spread(): void {
    const old = this.#places;
    this.#places = new Int32Array(2 * old.length).fill(-1);
    const mask = this.#places.length - 1;
    for (let p = 0; p < old.length; p += 2) {
      if (old[p] < 0) continue;
      let place = 2 * old[p + 1] & mask;
      while (this.#places[place] >= 0) place = (place + 2) & mask;
      this.#places[place] = old[p];
      this.#places[place + 1] = old[p + 1];
    }
  }

  /** FNV-1a over the code units (Fowler, Noll, Vo), finalised by Murmur3's mixing (Appleby). */
  #hashOf(text: string, start: number, end: number): number {
    let hash = this.#seed;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return hash ^ (hash >>> 16);
  }
}
