/** Milliseconds between two beats beyond which the process was suspended, not only slow. */
const PAUSE_MS = 3000;

/** Time of the last beat, and the sum of pauses, in milliseconds; shared between threads. */
export type Beats = Float64Array<SharedArrayBuffer>;

/** Returns a clock in milliseconds that is the same in all threads. */
function clock(): number {
  return performance.timeOrigin + performance.now();
}

/** Returns beats that begin now. */
export function firstBeat(now = clock()): Beats {
  const beats = new Float64Array(new SharedArrayBuffer(2 * Float64Array.BYTES_PER_ELEMENT));
  beats[0] = now;
  return beats;
}

/** Notes that the process runs; a long time since the last beat was a pause. */
export function beat(beats: Beats, now = clock()): void {
  beats[1] = pausedMs(beats, now);
  beats[0] = now;
}

/**
 * Returns the milliseconds for which the process was suspended (SIGSTOP), also if no beat has
 * followed yet.
 */
export function pausedMs([last, paused]: Beats, now = clock()): number {
  return paused + (now - last > PAUSE_MS ? now - last : 0);
}
