/**
 * Returns a request's path for the log without API keys, which must not appear in URLs, and without
 * user ids, so that the log keeps nothing about erased users.
 */
export function loggedPath(path: string): string {
  return path
    .replace(/(airec_[a-z]+_|whsec_)[^/]+/g, "$1…")
    .replace(/^(\/project\/[^/]*\/users\/)[^/]+/, "$1…");
}
