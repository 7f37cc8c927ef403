/**
 * The client's address. `X-Forwarded-For` is trusted only if the socket's peer is a configured
 * proxy, and only as far to the left as the addresses are trusted proxies.
 */
import { z } from "zod";

/** IP addresses and CIDR blocks such as `10.0.0.0/8`. */
export type TrustedProxies = Block[];

interface Block {
  /** Eight groups of 16 bits. */
  groups: number[];
  /** Prefix length in bits, 0 to 128. */
  bits: number;
}

/**
 * Returns the client's address, or "unknown"; an IPv6 address as its /64, since one household can
 * use all of it.
 * @param peer the socket's remote address.
 * @param forwardedFor the header `X-Forwarded-For`, to which each proxy appends its peer.
 */
export function clientAddress(
  peer: string | undefined,
  { forwardedFor, trusted }: { forwardedFor?: string; trusted: TrustedProxies },
): string {
  const chain = [...(forwardedFor ?? "").split(",").map((part) => part.trim()), peer ?? ""];
  let client = groupsOf(chain.pop()!);
  while (client && chain.length > 0 && trusted.some((block) => contains(block, client!))) {
    const before = groupsOf(chain.pop()!);
    if (!before) break;
    client = before;
  }
  return client ? textOf(client) : "unknown";
}

/** Schema of a setting: a comma-separated list of addresses and CIDR blocks. */
export function trustedProxies() {
  return z.string().default("").transform((text, context): TrustedProxies => {
    const parts = text.split(",").map((part) => part.trim()).filter(Boolean);
    const blocks = parts.map(blockOf);
    if (blocks.every((block) => block !== null)) return blocks;
    context.addIssue("must be IP addresses or blocks such as 10.0.0.0/8, with commas between");
    return z.NEVER;
  });
}

function blockOf(text: string): Block | null {
  const [address, length, ...rest] = text.split("/");
  const groups = groupsOf(address);
  if (!groups || rest.length > 0 || (length !== undefined && !/^\d{1,3}$/.test(length))) {
    return null;
  }
  const width = address.includes(":") ? 128 : 32;
  const prefix = Number(length ?? width);
  return prefix > width ? null : { groups, bits: prefix + 128 - width };
}

function contains({ groups, bits }: Block, address: number[]): boolean {
  return groups.every((group, i) => {
    const counted = Math.min(16, Math.max(0, bits - 16 * i));
    return (group ^ address[i]) >> (16 - counted) === 0;
  });
}

/** Returns the eight groups of an IPv6 address or an IPv4-mapped one, or null if invalid. */
function groupsOf(text: string): number[] | null {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
    const bytes = text.split(".").map(Number);
    if (bytes.some((byte) => byte > 255)) return null;
    return [0, 0, 0, 0, 0, 0xffff, bytes[0] << 8 | bytes[1], bytes[2] << 8 | bytes[3]];
  }
  const unwrapped = text.replace(/^\[(.*)\]$/, "$1").replace(/%.*$/, "");
  if (!unwrapped.includes(":") || !URL.canParse(`http://[${unwrapped}]/`)) return null;
  const [left, right] = new URL(`http://[${unwrapped}]/`).hostname.slice(1, -1).split("::");
  const groups = (half: string | undefined) =>
    half ? half.split(":").map((group) => parseInt(group, 16)) : [];
  const [head, tail] = [groups(left), groups(right)];
  return [...head, ...Array(8 - head.length - tail.length).fill(0), ...tail];
}

function textOf(groups: number[]): string {
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) return groups.slice(6).flatMap((group) => [group >> 8, group & 255]).join(".");
  return `${groups.slice(0, 4).map((group) => group.toString(16)).join(":")}::/64`;
}
