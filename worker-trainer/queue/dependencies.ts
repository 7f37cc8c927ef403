import { deadline } from "@std/async/deadline";
import { type Blobs, BlobsAwayError } from "../../functions/recommender/blobs/blobs.ts";
import type { Registry } from "../../functions/recommender/registry/registry.ts";
import { causesOf } from "../housekeeping/causes_of.ts";
import type { Log } from "../trainer_log.ts";
import { type Dependency, type Missing, missingOf } from "./missing.ts";

export interface DependencyOptions {
  registry: Registry;
  blobs: Blobs;
  log: Log;
  /** Whose the store's names are. */
  installation: string;
  /** The name of what is tried among the blobs, this trainer's alone. */
  trainerId: string;
}

/** Two looks at what is away, in milliseconds: the first, and at most. */
const FIRST_LOOK_MS = 500;
const LONGEST_LOOK_MS = 5_000;

/** What hangs for so long is away. */
const PATIENCE_MS = 20_000;

/** As much as the index of a model takes. */
const TRIED = new Uint8Array(64 * 1024);

/**
 * What trainings need beside their data, as this trainer reaches it. While anything is away nothing
 * new is begun: what would fail alike waits instead, and costs no try.
 */
export class Dependencies {
  #options: DependencyOptions;
  #missing: Missing | null = null;
  #since = new Date();
  /** Trainings that wait for one before they publish. */
  #waiting = new Map<object, Missing>();
  #lookMs = FIRST_LOOK_MS;
  #nextLook = 0;

  constructor(options: DependencyOptions) {
    this.#options = options;
  }

  /** What is away, and since when. */
  get pause(): (Missing & { since: Date }) | null {
    return this.#missing && { ...this.#missing, since: this.#since };
  }

  /** Whether one is away that a training met: then nothing is begun until it is back. */
  async confirm(met: Missing): Promise<boolean> {
    const found = await this.#try();
    if (!found) return false;
    this.#set(found.dependency === met.dependency ? { ...found, state: met.state } : found);
    return true;
  }

  /** Notes that a training waits for one, or with null that it does no more. */
  waits(training: object, missing: Missing | null): void {
    if (missing) {
      this.#waiting.set(training, missing);
      this.#set(missing);
    } else if (this.#waiting.delete(training)) {
      // What it waited for is there, as one that just used it says.
      this.#nextLook = 0;
    }
  }

  /** Looks again where it is time to; whether all are there. */
  async areThere(): Promise<boolean> {
    if (!this.#missing) return true;
    if (Date.now() < this.#nextLook) return false;
    const [waiting] = this.#waiting.values();
    const found = waiting ?? await this.#try();
    if (found) {
      this.#set({ ...found, state: this.#missing.state });
      return false;
    }
    this.#options.log({
      level: "info",
      message: "dependency is back",
      dependency: this.#missing.dependency,
      seconds: Math.round((Date.now() - this.#since.getTime()) / 1000),
    });
    this.#missing = null;
    this.#lookMs = FIRST_LOOK_MS;
    return true;
  }

  #set(missing: Missing): void {
    if (!this.#missing) {
      this.#since = new Date();
      const { dependency, detail } = missing;
      this.#options.log({ level: "error", message: "dependency is away", dependency, detail });
    }
    this.#missing = missing;
    this.#nextLook = Date.now() + this.#lookMs;
    this.#lookMs = Math.min(2 * this.#lookMs, LONGEST_LOOK_MS);
  }

  /** Uses each of them a little; the first that is away. */
  async #try(): Promise<Missing | null> {
    const { registry, blobs, installation, trainerId } = this.#options;
    const uses: [Dependency, state: string, use: () => Promise<unknown>][] = [
      // No project has this number.
      [
        "REGISTRY",
        "the model registry does not answer",
        () => registry.versions("project-0-recommender"),
      ],
      [
        "BLOBS",
        "the store of files does not answer",
        () => tryBlobs(blobs, `probes/${installation}/${trainerId}`),
      ],
      ["MACHINE", "the trainer's machine has no room left", tryMachine],
    ];
    for (const [dependency, state, use] of uses) {
      try {
        await deadline(use(), PATIENCE_MS);
      } catch (error) {
        return missingOf(error) ??
          { dependency, state, detail: causesOf(error), refused: false };
      }
    }
    return null;
  }
}

/** Stores, reads and removes something, where a volume that is not mounted would be empty. */
async function tryBlobs(blobs: Blobs, name: string): Promise<void> {
  if (await blobs.isEmpty()) throw new BlobsAwayError("The store of files is empty.");
  try {
    await blobs.put(name, TRIED);
    const blob = await blobs.get(name);
    await new Response(blob?.stream).bytes();
  } finally {
    await blobs.remove(name);
  }
}

/** Makes what each training begins with. */
async function tryMachine(): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "airec_probe_" });
  try {
    await Deno.writeFile(`${folder}/tried`, TRIED);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
