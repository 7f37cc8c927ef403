import { deadline } from "@std/async/deadline";
import { type Blobs, BlobsAwayError } from "../../functions/recommender/blobs/blobs.ts";
import type { Registry } from "../../functions/recommender/registry/registry.ts";
import { causesOf } from "../runtime/causes_of.ts";
import type { Log } from "../runtime/trainer_log.ts";
import { type Dependency, type Missing, missingOf } from "./missing.ts";

export interface DependencyOptions {
  registry: Registry;
  blobs: Blobs;
  log: Log;
  /** Id of the installation, which scopes the names in the store. */
  installation: string;
  /** Used in the name of the probe's blob, so that each trainer has its own. */
  trainerId: string;
}

/** First and longest interval between checks of an unavailable dependency, in milliseconds. */
const FIRST_LOOK_MS = 500;
const LONGEST_LOOK_MS = 5_000;

/** Time after which a check counts as failed. */
const PATIENCE_MS = 20_000;

/** About the size of a model's index. */
const TRIED = new Uint8Array(64 * 1024);

/**
 * The services that trainings need besides their data, as this trainer reaches them. While one is
 * unavailable, the trainer starts no training: it would fail, and instead it waits and counts no
 * failure.
 */
export class Dependencies {
  #options: DependencyOptions;
  #missing: Missing | null = null;
  #since = new Date();
  /** Trainings that wait for a dependency before they publish. */
  #waiting = new Map<object, Missing>();
  #lookMs = FIRST_LOOK_MS;
  #nextLook = 0;

  constructor(options: DependencyOptions) {
    this.#options = options;
  }

  /** The unavailable dependency, and since when; null if all are available. */
  get pause(): (Missing & { since: Date }) | null {
    return this.#missing && { ...this.#missing, since: this.#since };
  }

  /**
   * Checks whether a dependency is unavailable after a training missed one. If so, returns true,
   * and no training is started until it is available again.
   */
  async confirm(met: Missing): Promise<boolean> {
    const found = await this.#try();
    if (!found) return false;
    this.#set(found.dependency === met.dependency ? { ...found, state: met.state } : found);
    return true;
  }

  /** Records that a training waits for a dependency, or with null that it no longer waits. */
  waits(training: object, missing: Missing | null): void {
    if (missing) {
      this.#waiting.set(training, missing);
      this.#set(missing);
    } else if (this.#waiting.delete(training)) {
      // The dependency works again, as the training just used it.
      this.#nextLook = 0;
    }
  }

  /** Returns whether all dependencies are available, after a check if it is due. */
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

  /** Uses each dependency; returns the first that is unavailable. */
  async #try(): Promise<Missing | null> {
    const { registry, blobs, installation, trainerId } = this.#options;
    const uses: [Dependency, state: string, use: () => Promise<unknown>][] = [
      // Project ids start at 1.
      [
        "REGISTRY",
        "the model registry does not respond",
        () => registry.versions("project-0-recommender"),
      ],
      [
        "BLOBS",
        "the file storage does not respond",
        () => tryBlobs(blobs, `probes/${installation}/${trainerId}`),
      ],
      ["MACHINE", "the trainer's machine has no disk space left", tryMachine],
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

/** Stores, reads and removes a blob. Throws if the store is empty: its volume is not mounted. */
async function tryBlobs(blobs: Blobs, name: string): Promise<void> {
  if (await blobs.isEmpty()) throw new BlobsAwayError("The file storage is empty.");
  try {
    await blobs.put(name, TRIED);
    const blob = await blobs.get(name);
    await new Response(blob?.stream).bytes();
  } finally {
    await blobs.remove(name);
  }
}

/** Creates a temporary folder with a file, as each training does. */
async function tryMachine(): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "airec_probe_" });
  try {
    await Deno.writeFile(`${folder}/tried`, TRIED);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
