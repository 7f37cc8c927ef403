import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { Webhook } from "standardwebhooks";
import { onPath } from "../../ops/processes/executable.ts";
import { VERIFICATIONS } from "./verify_signature.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const BODY = '{"title":"Amélie"}\n';
const textOf = (language: string) => VERIFICATIONS.find((one) => one.language === language)!.text;

/** Deliveries signed by the reference library, and whether they are valid. */
function deliveries(): [string, boolean, { time: number; signature: string; body: string }][] {
  const now = new Date();
  const old = new Date(now.getTime() - 3_600_000);
  const signed = (at: Date, secret = SECRET) => new Webhook(secret).sign("msg_1", at, BODY);
  const other = signed(now, "whsec_" + "A".repeat(32));
  const time = Math.floor(now.getTime() / 1000);
  return [
    ["a right one", true, { time, signature: signed(now), body: BODY }],
    ["one of two", true, { time, signature: `${other} ${signed(now)}`, body: BODY }],
    ["another secret", false, { time, signature: other, body: BODY }],
    ["another body", false, { time, signature: signed(now), body: BODY + " " }],
    ["another version", false, {
      time,
      signature: signed(now).replace("v1", "v2"),
      body: BODY,
    }],
    ["an old one", false, {
      time: Math.floor(old.getTime() / 1000),
      signature: signed(old),
      body: BODY,
    }],
  ];
}

/** Runs a program; returns whether it exited with 0. */
async function runs(command: string, args: string[]): Promise<boolean> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args,
    stdout: "piped",
    stderr: "piped",
  }).output();
  const said = new TextDecoder().decode(stdout);
  if (!/valid|true|True|false|False/.test(said)) throw new Error(new TextDecoder().decode(stderr));
  return success && !/false|False/.test(said);
}

Deno.test("the JavaScript verifies as written", async () => {
  const verify = new Function(`${textOf("JavaScript")}; return verify;`)();
  for (const [name, right, { time, signature, body }] of deliveries()) {
    const headers = new Headers({
      "webhook-id": "msg_1",
      "webhook-timestamp": String(time),
      "webhook-signature": signature,
    });
    assertEquals([name, await verify(SECRET, headers, body)], [name, right]);
  }
});

for (const language of ["Python", "Shell"] as const) {
  const tool = language === "Python"
    ? onPath("python3")
    : onPath("openssl") && onPath("bash", "sh");
  if (!tool) {
    const reason = `there is nothing to run ${language} and its tools with`;
    if (Deno.env.get("AIREC_CI") === "1") {
      throw new Error(`In CI no test may be skipped: ${reason}.`);
    }
    console.log(`Tests skipped: ${reason}.`);
  }
  Deno.test({
    name: `the ${language} verifies as written`,
    ignore: !tool,
    fn: async () => {
      const folder = await Deno.makeTempDir();
      const file = join(folder, "body");
      for (const [name, right, { time, signature, body }] of deliveries()) {
        // The shell sample does not check the timestamp.
        if (language === "Shell" && name === "an old one") continue;
        await Deno.writeTextFile(file, body);
        const result = language === "Python"
          ? await runs(tool!, [
            "-c",
            `${textOf("Python")}
import json, sys
headers = json.loads(sys.argv[2])
print(verify(sys.argv[1], headers, open(sys.argv[3], "rb").read()))`,
            SECRET,
            JSON.stringify({
              "webhook-id": "msg_1",
              "webhook-timestamp": String(time),
              "webhook-signature": signature,
            }),
            file,
          ])
          : await runs(tool!, [
            "-c",
            `${textOf("Shell")}\nverify "$@"`,
            "verify",
            ...[SECRET, "msg_1", String(time), signature, file],
          ]);
        assertEquals([name, result], [name, right]);
      }
      await Deno.remove(folder, { recursive: true });
    },
  });
}
