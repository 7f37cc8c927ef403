/**
 * Shifts the clock of this process's JavaScript by `AIREC_TEST_CLOCK_SHIFT_MS`:
 *
 *     deno run --preload testing/faults/shifted_clock.ts …
 */
const shift = Number(Deno.env.get("AIREC_TEST_CLOCK_SHIFT_MS"));
const Present = Date;

class Shifted extends Present {
  constructor(...parts: unknown[]) {
    super(...(parts.length === 0 ? [Present.now() + shift] : parts) as [number]);
  }

  static override now(): number {
    return Present.now() + shift;
  }
}

globalThis.Date = Shifted as DateConstructor;
