/**
 * Classifies addresses: webhooks are sent to public ones only. Special ranges are those of IANA's
 * special-purpose registries (RFC 6890), multicast and reserved addresses.
 */

/** `name` is a host name, which is classified after it is resolved. */
export type AddressKind = "public" | "loopback" | "special" | "name";

/**
 * Returns the kind of a URL's host: an IPv4 address in any notation that URLs accept (decimal,
 * octal, hexadecimal, shortened), an IPv6 address with or without brackets, or a name.
 */
export function kindOfHost(host: string): AddressKind {
  // A zone id (RFC 6874) names a network interface of this machine.
  if (host.includes("%")) return "special";
  if (host.includes(":") && !host.startsWith("[")) return kindOfIPv6(host);
  let name: string;
  try {
    // The URL parser normalises every IPv4 notation to four decimal numbers.
    name = new URL(`http://${host}/`).hostname;
  } catch {
    return "special";
  }
  if (name.startsWith("[")) return kindOfIPv6(name.slice(1, -1));
  const bare = name.replace(/\.$/, "");
  if (/^\d+\.\d+\.\d+\.\d+$/.test(bare)) return kindOfIPv4(bare.split(".").map(Number));
  if (/(^|\.)localhost$/.test(bare)) return "loopback";
  return INSIDE.test(bare) ? "special" : "name";
}

/**
 * Names that resolve only within a private network: without a dot, or under the domains that RFC
 * 6762, RFC 8375 and ICANN reserve for it.
 */
const INSIDE = /^[^.]*$|\.(local|internal|home\.arpa|lan|intranet|corp|home|private)$/;

/**
 * Whether a port may be a target. Below 1024 only 80 and 443; above, all but those that browsers
 * refuse (Fetch standard, "bad port") and those of databases, caches and cluster control.
 */
export function isPortAllowed(port: number): boolean {
  if (port < 1024) return port === 80 || port === 443;
  return !REFUSED_PORTS.has(port);
}

const REFUSED_PORTS = new Set([
  ...[1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566],
  ...[6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080],
  // Docker, etcd, Kubernetes, SQL, Redis, Elasticsearch, memcached, MongoDB.
  ...[2375, 2376, 2379, 2380, 10250, 1433, 1521, 3306, 5432, 6379, 9200, 9300, 11211, 27017],
]);

/** Whether a kind may be a target. Names may, until they are resolved. */
export function isAllowed(kind: AddressKind, { allowLoopback }: { allowLoopback: boolean }) {
  return kind === "public" || kind === "name" || (kind === "loopback" && allowLoopback);
}

const SPECIAL_IPV4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  // Azure's virtual IP for platform services, in the public range.
  "168.63.129.16/32",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/3",
].map((range) => {
  const [base, bits] = range.split("/");
  return { base: numberOf(base.split(".").map(Number)), bits: Number(bits) };
});

function kindOfIPv4(parts: number[]): AddressKind {
  if (parts[0] === 127) return "loopback";
  const address = numberOf(parts);
  const isSpecial = SPECIAL_IPV4.some(({ base, bits }) =>
    address >>> (32 - bits) === base >>> (32 - bits)
  );
  return isSpecial ? "special" : "public";
}

function numberOf(parts: number[]): number {
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

function kindOfIPv6(text: string): AddressKind {
  const groups = groupsOf(text);
  if (!groups) return "special";
  const [a, b] = groups;
  const zeros = (count: number) => groups.slice(0, count).every((group) => group === 0);
  const inner = (at: number) =>
    kindOfIPv4([groups[at] >> 8, groups[at] & 255, groups[at + 1] >> 8, groups[at + 1] & 255]);

  if (zeros(7) && groups[7] === 1) return "loopback"; // ::1
  if (zeros(5) && groups[5] === 0xffff) return inner(6); // ::ffff:0:0/96, IPv4-mapped
  if (a === 0x64 && b === 0xff9b && groups.slice(2, 6).every((group) => group === 0)) {
    return publicOrSpecial(inner(6)); // 64:ff9b::/96, IPv4 behind NAT64
  }
  if (a === 0x2002) return publicOrSpecial(inner(1)); // 2002::/16, IPv4 by 6to4
  if (a === 0x2001 && b < 0x200) return "special"; // 2001::/23, IETF protocols such as Teredo
  if (a === 0x2001 && b === 0xdb8) return "special"; // 2001:db8::/32, documentation
  if (a === 0x3fff && b < 0x1000) return "special"; // 3fff::/20, documentation
  return a >> 13 === 1 ? "public" : "special"; // 2000::/3 is all of global unicast
}

/** The far end of a tunnel is another machine: its loopback is special, not ours. */
function publicOrSpecial(kind: AddressKind): AddressKind {
  return kind === "public" ? "public" : "special";
}

/** Returns the eight groups of an IPv6 address, or null. */
function groupsOf(text: string): number[] | null {
  let canonical: string;
  try {
    // The URL parser converts a dotted tail to groups and rejects invalid addresses.
    canonical = new URL(`http://[${text}]/`).hostname.slice(1, -1);
  } catch {
    return null;
  }
  const [head, tail] = canonical.split("::").map((half) =>
    half === "" ? [] : half.split(":").map((group) => parseInt(group, 16))
  );
  if (tail === undefined) return head;
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}
