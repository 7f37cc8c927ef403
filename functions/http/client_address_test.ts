import { assertEquals, assertThrows } from "@std/assert";
import { clientAddress, trustedProxies } from "./client_address.ts";

const proxies = (text: string) => trustedProxies().parse(text);

Deno.test("forwarded addresses are ignored by default", () => {
  const trusted = proxies("");
  assertEquals(clientAddress("203.0.113.7", { trusted }), "203.0.113.7");
  const forwardedFor = "198.51.100.1";
  assertEquals(clientAddress("203.0.113.7", { forwardedFor, trusted }), "203.0.113.7");
  assertEquals(clientAddress(undefined, { forwardedFor, trusted }), "unknown");
});

Deno.test("a trusted proxy's word counts, and what a client claimed before it does not", () => {
  const trusted = proxies("10.0.0.0/8, 192.0.2.1, fd00::/8");
  const seen = (peer: string, forwardedFor?: string) =>
    clientAddress(peer, { forwardedFor, trusted });
  assertEquals(seen("10.1.2.3", "198.51.100.1"), "198.51.100.1");
  assertEquals(seen("10.1.2.3", "1.1.1.1, 198.51.100.1"), "198.51.100.1");
  assertEquals(seen("10.1.2.3", "198.51.100.1, 192.0.2.1"), "198.51.100.1");
  assertEquals(seen("fd12::1", "198.51.100.1"), "198.51.100.1");
  assertEquals(seen("::ffff:10.1.2.3", "198.51.100.1"), "198.51.100.1");
  assertEquals(seen("11.1.2.3", "198.51.100.1"), "11.1.2.3");
  assertEquals(seen("192.0.2.2", "198.51.100.1"), "192.0.2.2");
  // Without a valid header, the client is the proxy itself.
  for (const said of [undefined, "", "nonsense", "999.1.1.1", "1.2.3", "::1::"]) {
    assertEquals(seen("10.1.2.3", said), "10.1.2.3", said);
  }
});

Deno.test("an IPv6 client is its /64, an IPv4 one in IPv6 is itself", () => {
  const trusted = proxies("");
  const one = clientAddress("2001:db8:1:2:3:4:5:6", { trusted });
  assertEquals(one, "2001:db8:1:2::/64");
  assertEquals(clientAddress("2001:db8:1:2::99", { trusted }), one);
  assertEquals(clientAddress("::ffff:203.0.113.7", { trusted }), "203.0.113.7");
  assertEquals(clientAddress("fe80::1%eth0", { trusted }), "fe80:0:0:0::/64");
});

Deno.test("a setting that is no list of addresses is refused", () => {
  for (const text of ["all", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/8/8", "fd00::/129", "1.2.3.4;"]) {
    assertThrows(() => proxies(text), Error, "must be IP addresses");
  }
  assertEquals(proxies("0.0.0.0/0").length, 1);
  assertEquals(
    clientAddress("8.8.8.8", { forwardedFor: "1.2.3.4", trusted: proxies("0.0.0.0/0") }),
    "1.2.3.4",
  );
});
