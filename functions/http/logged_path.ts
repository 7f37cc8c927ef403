/**
 * Returns a request's path for the log without API keys, which must not appear in URLs, and without
 * user ids, so that the log keeps nothing about erased users.
 */
export function loggedPath(path: string): string {
  // Two searches of every path would cost more than the rest of its log entry.
  if (!MAY_HOLD.some((part) => path.includes(part))) return path;
  return path
    .replace(/(airec_[a-z]+_|whsec_)[^/]+/g, "$1…")
    .replace(/^(\/project\/[^/]*\/users\/)[^/]+/, "$1…");
}

/** Each path that is changed contains one of these. */
const MAY_HOLD = ["airec_", "whsec_", "/users/"];
