import { assertEquals } from "@std/assert";
import { type AddressKind, isAllowed, isPortAllowed, kindOfHost } from "./address.ts";

const HOSTS: Record<AddressKind, string[]> = {
  public: [
    "1.1.1.1",
    "8.8.8.8",
    "172.32.0.1",
    "100.128.0.1",
    "192.167.255.255",
    "223.255.255.255",
    "[2606:4700:4700::1111]",
    "2606:4700:4700::1111",
    "[::ffff:8.8.8.8]",
    "[64:ff9b::808:808]",
    "[2002:808:808::]",
  ],
  loopback: [
    "127.0.0.1",
    "127.0.0.1.",
    "127.255.255.254",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0177.0.0.1",
    "017700000001",
    "[::1]",
    "::1",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "::ffff:127.0.0.1",
    "[::ffff:7f00:1]",
    "localhost",
    "LOCALHOST.",
    "app.localhost",
  ],
  special: [
    "0.0.0.0",
    "0",
    "10.0.0.1",
    "10.255.255.255",
    "012.1",
    "100.64.0.1",
    "168.63.129.16",
    "169.254.169.254",
    "0xa9fea9fe",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.168.1.1",
    "3232235777",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "[::]",
    "[fc00::1]",
    "[fd12:3456::1]",
    "[fe80::1]",
    "fe80::1%eth0",
    "[fec0::1]",
    "[ff02::1]",
    "[::ffff:10.0.0.1]",
    "[::ffff:a9fe:a9fe]",
    "[::10.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::a00:1]",
    "[2002:7f00:1::]",
    "[2002:a00:1::]",
    "[2001::1]",
    "[2001:db8::1]",
    "[3fff::1]",
    "[100::1]",
    "[5f00::1]",
    "256.256.256.256",
    "not a host",
    "2606:4700:4700::1111%eth0",
    "intranet",
    "printer.local",
    "metadata.google.internal.",
    "router.home.arpa",
  ],
  name: ["example.org", "10.example.org", "localhost.example.org", "xn--bcher-kva.example"],
};

for (const [kind, hosts] of Object.entries(HOSTS)) {
  Deno.test(`${kind}: every spelling is known`, () => {
    for (const host of hosts) assertEquals([host, kindOfHost(host)], [host, kind as AddressKind]);
  });
}

Deno.test("loopback is allowed by the setting, special addresses never", () => {
  const allowed = (allowLoopback: boolean) =>
    (["public", "name", "loopback", "special"] as const)
      .filter((kind) => isAllowed(kind, { allowLoopback }));
  assertEquals(allowed(false), ["public", "name"]);
  assertEquals(allowed(true), ["public", "name", "loopback"]);
});

Deno.test("allowed ports are 80, 443 and unreserved high ports", () => {
  for (const port of [80, 443, 1024, 3000, 8080, 8443, 49152]) {
    assertEquals(isPortAllowed(port), true);
  }
  for (const port of [0, 1, 21, 22, 25, 110, 5432, 6379, 6667, 10250, 11211]) {
    assertEquals(isPortAllowed(port), false);
  }
});
