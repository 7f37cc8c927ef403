import { assert, assertEquals } from "@std/assert";
import { createHmac } from "node:crypto";
import { ignoreWithout, type Part, part } from "../../testing/runner/optional_parts.ts";
import { SIGNINGS } from "./user_token.ts";

const SECRET = `airec_identity_${"A".repeat(40)}`;
/** Ids that the languages' JSON encoders escape differently. */
const IDS = [
  "42",
  "00123",
  'a "quoted" \\ one',
  "größer/ok",
  "😀",
  "a\u2028b",
  "\t\b",
  "<&>'",
  "%$#{x}",
];
const textOf = (language: string) => SIGNINGS.find((one) => one.language === language)!.text;

/** Each sample with a line that prints a token for each argument. */
const PROGRAMS: Record<string, { needs?: Part; command: () => [string, string[]] }> = {
  TypeScript: {
    command: () => [Deno.execPath(), [
      ...["eval", "--ext=ts"],
      `${textOf("TypeScript")}
for (const id of JSON.parse(Deno.args[0])) console.log(userToken(${
        JSON.stringify(SECRET)
      }, 7, id));`,
    ]],
  },
  Python: {
    needs: "python3",
    command: () => [part("python3")!, [
      "-c",
      `${textOf("Python")}
import sys
for id in json.loads(sys.argv[1]): print(user_token(${JSON.stringify(SECRET)}, 7, id))`,
    ]],
  },
  PHP: {
    needs: "php",
    command: () => [part("php")!, [
      "-r",
      `${textOf("PHP")}
foreach (json_decode($argv[1]) as $id) echo user_token(${JSON.stringify(SECRET)}, 7, $id), "\\n";`,
      "--",
    ]],
  },
  Ruby: {
    needs: "ruby",
    command: () => [part("ruby")!, [
      ...["-E", "UTF-8", "-e"],
      `${textOf("Ruby")}
JSON.parse(ARGV[0]).each { |id| puts user_token(${JSON.stringify(SECRET)}, 7, id) }`,
    ]],
  },
};

for (const { language } of SIGNINGS) {
  const { needs, command } = PROGRAMS[language];
  Deno.test({
    name: `the ${language} signs visitors in as written, whatever their ids are`,
    ignore: needs !== undefined && ignoreWithout(needs),
    async fn() {
      const [executable, args] = command();
      const { success, stdout, stderr } = await new Deno.Command(executable, {
        args: [...args, JSON.stringify(IDS)],
        env: { NO_COLOR: "1", PYTHONIOENCODING: "utf-8" },
      }).output();
      assert(success, new TextDecoder().decode(stderr));
      const tokens = new TextDecoder().decode(stdout).trim().split("\n");
      assertEquals(tokens.length, IDS.length);
      const now = Date.now() / 1000;
      for (const [i, id] of IDS.entries()) {
        const [exp, signature] = tokens[i].split(".");
        assert(Number(exp) > now && Number(exp) < now + 24 * 60 * 60, exp);
        const signed = JSON.stringify([7, id, Number(exp)]);
        const wanted = createHmac("sha256", SECRET).update(signed).digest("hex");
        assertEquals([id, signature], [id, wanted]);
      }
    },
  });
}
