/**
 * The path of a request as the log may have it: without keys, which belong in no address, and without
 * the ids of people, so that the log keeps nothing of somebody who was erased.
 */
export function loggedPath(path: string): string {
  return path
    .replace(/(airec_[a-z]+_|whsec_)[^/]+/g, "$1…")
    .replace(/^(\/project\/[^/]*\/users\/)[^/]+/, "$1…");
}
