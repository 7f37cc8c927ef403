/** Checks of URLs that users name, before and after their host is resolved. */
import { isAllowed, isPortAllowed, kindOfHost } from "./address.ts";
import { AttemptError } from "./attempt_error.ts";

/** Returns why a URL is not allowed as a target, or null. Needs no name resolution. */
export function faultOfUrl(
  text: string,
  { allowLoopback }: { allowLoopback: boolean },
): string | null {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return "must be an http or https URL";
  if (url.username || url.password) return "must not contain a user name or a password";
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  if (!isPortAllowed(port)) {
    return `must have port 80, 443 or an allowed one above 1023, and ${port} is not allowed`;
  }
  if (!isAllowed(kindOfHost(url.hostname), { allowLoopback })) {
    return `must have a public address, and ${url.hostname} is not public`;
  }
  return null;
}

export interface AddressRules {
  /** Returns all addresses of a host name, A and AAAA. */
  resolve: (name: string) => Promise<string[]>;
  /** Whether loopback addresses are allowed. */
  allowLoopback: boolean;
}

/**
 * Returns the checked addresses of a URL's host; none if the host is a literal address.
 * @param options.noun the target in sentences, such as "endpoint".
 * @throws {AttemptError} if any address is not allowed.
 */
export async function checkedAddresses(
  target: string,
  { resolve, allowLoopback, noun }: AddressRules & { noun: string },
): Promise<string[]> {
  const fault = faultOfUrl(target, { allowLoopback });
  if (fault) throw new AttemptError(`The ${noun}'s URL ${fault}.`);
  const { hostname } = new URL(target);
  // `localhost` has the kind of an address, but is a name.
  const isLiteral = hostname.startsWith("[") || /^\d+\.\d+\.\d+\.\d+\.?$/.test(hostname);
  if (isLiteral) return [];
  const addresses = await resolve(hostname);
  if (addresses.length === 0) throw new AttemptError(`The name ${hostname} has no address.`);
  for (const address of addresses) {
    const kind = kindOfHost(address);
    if (kind === "name" || !isAllowed(kind, { allowLoopback })) {
      throw new AttemptError(
        `Only public addresses are allowed, and ${hostname} resolves to another.`,
      );
    }
  }
  return addresses;
}

/** Returns the work's result, or rejects when the signal is aborted. */
export function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  return promise;
}
