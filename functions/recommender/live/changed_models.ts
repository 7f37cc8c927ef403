/** Models with the live items of their projects, built in slices of the process's computations. */
import type { Lane } from "../../http/load/lane.ts";
import { changedItemsSteps, type ItemChanges } from "../model/changed_items.ts";
import type { Model } from "../model/model.ts";

/** Changes with the number of the last one, by which later ones are recognized. */
export interface NumberedChanges extends ItemChanges {
  last: number;
}

/** The last changed model of a version's model, and the one that is being built. */
interface Built {
  last: number;
  model?: Model;
  building?: { by: Lane; until: number; done: Promise<void> };
}

/** Changed models by the version's model. Never changed, so that they can outlive a request. */
export type ChangedModelMemory = WeakMap<Model, Built>;

export interface ChangedModels {
  /**
   * Returns a model with these changes or later ones. One caller builds it, one at a time; while it
   * is being built, others get the model before it.
   * @param options.waits whether to wait for the build even if there is a model before it.
   */
  of(
    base: Model,
    changes: NumberedChanges,
    options: { ownerId: string; waits?: boolean },
  ): Promise<Model>;
}

/** Time after which a build of another request is given up, which may have been cancelled, in ms. */
const OTHERS_MS = 2_000;

export function changedModels(lane: Lane, memory: ChangedModelMemory): ChangedModels {
  async function build(base: Model, changes: NumberedChanges, ownerId: string): Promise<void> {
    try {
      const model = await lane.run(ownerId, () => changedItemsSteps(base, changes));
      if (changes.last >= memory.get(base)!.last) {
        memory.set(base, { ...memory.get(base)!, last: changes.last, model });
      }
    } finally {
      const built = memory.get(base)!;
      if (built.building?.by === lane) memory.set(base, { ...built, building: undefined });
    }
  }

  return {
    async of(base, changes, { ownerId, waits = false }) {
      for (;;) {
        const built = memory.get(base) ?? { last: 0 };
        const { model, building } = built;
        if (model && built.last >= changes.last) return model;
        if (building && (building.by === lane || Date.now() < building.until)) {
          if (model && !waits) return model;
          if (building.by === lane) {
            await building.done;
            continue;
          }
        }
        // The build begins in a later task, so that it is noted before.
        const done = Promise.resolve().then(() => build(base, changes, ownerId));
        memory.set(base, {
          ...built,
          building: { by: lane, until: Date.now() + OTHERS_MS, done },
        });
        await done;
      }
    },
  };
}
