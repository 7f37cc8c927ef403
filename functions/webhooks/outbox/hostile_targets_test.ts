/**
 * SSRF targets, by their notation or by what their name resolves to: each is rejected before a
 * connection is opened.
 */
import { assert, assertEquals } from "@std/assert";
import { createPinnedRequest } from "../../http/outgoing/pinned_request.ts";
import type { SendPinned } from "../../http/outgoing/pinned_request.ts";
import { postWebhook } from "./post_webhook.ts";
import { seal } from "../../http/secrets/sealed.ts";
import { SECRET_KEY, serveOnLoopback } from "../../../testing/webhooks_service.ts";
import { newWebhookSecret } from "./signature.ts";

/** Names and their addresses. */
const DNS: Record<string, string[]> = {
  "hooks.example.org": ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"],
  "hooks.example.org.": ["93.184.216.34"],
  "xn--bcher-kva.example": ["93.184.216.34"],
  "loopback.example.org": ["127.0.0.1"],
  "loopback6.example.org": ["::1"],
  "private.example.org": ["10.1.2.3"],
  "half.example.org": ["93.184.216.34", "192.168.1.1"],
  "half6.example.org": ["93.184.216.34", "fd00::1"],
  "metadata.example.org": ["169.254.169.254"],
  "mapped.example.org": ["::ffff:127.0.0.1"],
  "nat64.example.org": ["64:ff9b::a9fe:a9fe"],
  "sixtofour.example.org": ["2002:7f00:1::"],
  "zoned.example.org": ["fe80::1%eth0"],
  "zero.example.org": ["0.0.0.0"],
  "cgnat.example.org": ["100.100.100.200"],
  "alias.example.org": ["localhost"],
  "empty.example.org": [],
  "127.0.0.1.nip.example.org": ["127.0.0.1"],
};

const HOSTILE = [
  // Loopback.
  ...["http://127.0.0.1/", "http://127.0.0.1:8000/", "http://127.255.255.254/"],
  ...["http://localhost/", "http://LOCALHOST/", "http://localhost./", "http://app.localhost/"],
  ...["http://0.0.0.0/", "http://0/", "http://[::]/", "http://[::1]/", "http://[0:0:0:0:0:0:0:1]/"],
  // Loopback in decimal, octal, hexadecimal, shortened, and with a trailing dot.
  ...["http://2130706433/", "http://017700000001/", "http://0x7f000001/", "http://0x7f.0.0.1/"],
  ...["http://0177.0.0.1/", "http://0x7f.1/", "http://127.1/", "http://127.0.1/"],
  ...["http://127.0.0.1./", "http://00000177.0.0.1/", "http://0X7F.0x0.0X0.0x1/"],
  // Other Unicode digits and dots.
  ...["http://①②⑦.⓪.⓪.①/", "http://１２７.０.０.１/", "http://127。0。0。1/", "http://ⓛocalhost/"],
  ...["http://١٢٧.٠.٠.١/", "http://%31%32%37.0.0.1/", "http://127.0.0.1%2f@example.org/"],
  // IPv4 in IPv6: mapped, compatible, NAT64, 6to4, Teredo, ISATAP.
  ...["http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[::ffff:10.0.0.1]/"],
  ...["http://[::127.0.0.1]/", "http://[::7f00:1]/", "http://[64:ff9b::127.0.0.1]/"],
  ...["http://[64:ff9b::a9fe:a9fe]/", "http://[64:ff9b:1::7f00:1]/", "http://[2002:7f00:1::]/"],
  ...["http://[::ffff:0:127.0.0.1]/", "http://[100::1]/", "http://[3fff::1]/", "http://[5f00::1]/"],
  ...["http://[2002:a9fe:a9fe::]/", "http://[2001:0:7f00:1::]/", "http://[fe80::5efe:7f00:1]/"],
  // Zone ids.
  ...["http://[fe80::1%25eth0]/", "http://[fe80::1%eth0]/", "http://[::1%25lo]/"],
  // Private and reserved networks.
  ...["http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.0.1/", "http://3232235777/"],
  ...["http://100.64.0.1/", "http://198.18.0.1/", "http://192.0.2.1/", "http://224.0.0.1/"],
  ...["http://255.255.255.255/", "http://240.0.0.1/", "http://[fc00::1]/", "http://[fd00::1]/"],
  ...["http://[fe80::1]/", "http://[fec0::1]/", "http://[ff02::1]/", "http://[2001:db8::1]/"],
  // Cloud metadata services.
  ...["http://169.254.169.254/latest/meta-data/", "http://2852039166/", "http://0xa9fea9fe/"],
  ...["http://169.254.170.2/", "http://100.100.100.200/", "http://192.0.0.192/"],
  ...["http://168.63.129.16/", "http://0xa83f8110/", "http://[::ffff:a83f:8110]/"],
  ...["http://[fd00:ec2::254]/", "http://metadata.google.internal/", "http://metadata/"],
  // Names of private networks.
  ...["http://intranet/", "http://printer.local/", "http://db.internal/", "http://nas.lan/"],
  ...["http://router.home.arpa/", "http://kubernetes.default.svc.cluster.local/"],
  // Other schemes, credentials, ports.
  ...["ftp://hooks.example.org/", "file:///etc/passwd", "gopher://hooks.example.org/", "data:,x"],
  ...["https://user:password@hooks.example.org/", "https://user@hooks.example.org/"],
  ...["http://hooks.example.org@127.0.0.1/", "http://127.0.0.1#@hooks.example.org/"],
  ...["http://127.0.0.1\\@hooks.example.org/", "http:\\\\127.0.0.1/", "//127.0.0.1/", "http://"],
  ...[
    "http://hooks.example.org:22/",
    "http://hooks.example.org:25/",
    "http://hooks.example.org:0/",
  ],
  ...["http://hooks.example.org:6379/", "http://hooks.example.org:5432/"],
  ...["http://hooks.example.org:2375/", "http://hooks.example.org:99999/"],
  // Names that resolve to such addresses.
  ...Object.keys(DNS).filter((name) => !/^(hooks|xn--)/.test(name)).map((name) =>
    `https://${name}/`
  ),
  "https://unknown.example.org/",
];

const secret = newWebhookSecret();

async function post(url: string, { send, resolve }: {
  send: SendPinned;
  resolve?: (name: string) => Promise<string[]>;
}, allowLoopback = false) {
  const { attempt } = await postWebhook({
    id: "1",
    endpoint_id: "endpoint",
    webhook_id: "msg_1",
    attempts: 0,
    type: "model.ready",
    body: "{}",
    url,
    secret: await seal(secret, { key: SECRET_KEY, owner: "endpoint" }),
    previous_secret: null,
    request_id: null,
  }, {
    send,
    resolve: resolve ?? ((name) => Promise.resolve(DNS[name] ?? [])),
    clock: Date.now,
    secretKey: SECRET_KEY,
    allowLoopback,
    timeoutMs: 2000,
    cut: new AbortController().signal,
  });
  return attempt;
}

Deno.test(`${HOSTILE.length} hostile targets are refused before a connection`, async (t) => {
  assert(new Set(HOSTILE).size >= 60, `only ${new Set(HOSTILE).size} targets`);
  for (const url of HOSTILE) {
    await t.step(url, async () => {
      const reached: string[] = [];
      const attempt = await post(url, {
        send: (target) => (reached.push(target), Promise.resolve(new Response())),
      });
      assertEquals([reached, attempt.statusCode], [[], null]);
      assert(attempt.error);
    });
  }
});

Deno.test("public targets are called at the checked addresses", async () => {
  const sent: [string, string[]][] = [];
  for (
    const url of [
      "https://hooks.example.org/a?b=c",
      "https://hooks.example.org./",
      "https://hooks.example.org:8443/",
      "https://bücher.example/",
      "http://93.184.216.34/",
      "http://[2606:2800:220:1:248:1893:25c8:1946]/",
    ]
  ) {
    const attempt = await post(url, {
      send: (target, { addresses }) => {
        sent.push([target, addresses]);
        return Promise.resolve(new Response());
      },
    });
    assertEquals([url, attempt.statusCode, attempt.error], [url, 200, null]);
  }
  assertEquals(sent.map(([, addresses]) => addresses), [
    DNS["hooks.example.org"],
    ["93.184.216.34"],
    DNS["hooks.example.org"],
    ["93.184.216.34"],
    [],
    [],
  ]);
});

Deno.test("a name is resolved only once, so that rebinding has no effect", async () => {
  let asked = 0;
  const attempt = await post("https://rebind.example.org/", {
    resolve: () => Promise.resolve(asked++ === 0 ? ["93.184.216.34"] : ["127.0.0.1"]),
    send: (_url, { addresses }) => {
      assertEquals(addresses, ["93.184.216.34"]);
      return Promise.resolve(new Response());
    },
  });
  assertEquals([asked, attempt.statusCode], [1, 200]);
});

Deno.test("the connection goes only to the given address, with the original Host", async () => {
  const hosts: string[] = [];
  await using inside = serveOnLoopback((request) => {
    hosts.push(request.headers.get("host")!);
    return new Response("ok");
  });
  const { port } = new URL(inside.url);
  // This name is in no DNS: only the pinned address can have been used.
  const attempt = await post(`http://pinned.example.org:${port}/`, {
    send: createPinnedRequest(),
    resolve: () => Promise.resolve(["127.0.0.1"]),
  }, true);
  assertEquals([attempt.statusCode, attempt.response, hosts], [
    200,
    "ok",
    [`pinned.example.org:${port}`],
  ]);
  // A name that always resolves to this machine goes to the pinned address instead.
  const elsewhere = await post(`http://localhost:${port}/`, {
    send: (url, request) => createPinnedRequest()(url, { ...request, addresses: ["127.9.9.9"] }),
    resolve: () => Promise.resolve(["127.9.9.9"]),
  }, true);
  assertEquals([elsewhere.statusCode, hosts.length], [null, 1]);
});

Deno.test("a redirect to an internal address is a failure and is not followed", async () => {
  let followed = 0;
  await using inside = serveOnLoopback(() => (followed++, new Response("secret")));
  for (const status of [301, 302, 303, 307, 308]) {
    await using outside = serveOnLoopback(() =>
      new Response(null, { status, headers: { location: inside.url } })
    );
    const attempt = await post(outside.url, { send: createPinnedRequest() }, true);
    assertEquals([attempt.statusCode, attempt.response], [status, ""]);
  }
  assertEquals(followed, 0);
});
