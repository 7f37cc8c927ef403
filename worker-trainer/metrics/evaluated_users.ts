/** Selection of the users to evaluate. */
import type { Interactions } from "../dataset/dataset.ts";

/** Returns the users who liked any of these interactions, ascending. */
export function usersWithLikes({ offsets, weights }: Interactions): Uint32Array {
  return Uint32Array.from({ length: offsets.length - 1 }, (_, user) => user)
    .filter((user) => weights.subarray(offsets[user], offsets[user + 1]).some((w) => w > 0));
}

/** Returns at most `n` of the users, drawn without replacement, ascending. */
export function sample(users: Uint32Array, n: number, random: () => number): Uint32Array {
  if (users.length <= n) return users;
  const drawn = users.slice();
  for (let d = 0; d < n; d++) {
    const other = d + Math.floor(random() * (drawn.length - d));
    [drawn[d], drawn[other]] = [drawn[other], drawn[d]];
  }
  return drawn.slice(0, n).sort();
}
