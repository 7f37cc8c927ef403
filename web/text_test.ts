/** Checks by the syntax tree of each file that user-facing text is in files named `*words.ts` only. */
/// <reference lib="deno.unstable" />
import { assertEquals } from "@std/assert";
import { basename, join } from "@std/path";
import { sourceFiles } from "../testing/source_files.ts";

const WEB = import.meta.dirname!;

/** Build files, and code samples. */
const NO_WORDS = [
  "web/trial/calls.ts",
  "web/ui/page_code.ts",
  "web/apps/user_token.ts",
  "web/apps/verify_signature.ts",
  "web/vite.config.ts",
  "web/made_files.ts",
  "web/page_headers.ts",
];

/** Attributes that are shown or read out. */
const SPOKEN =
  /^(alt|title|placeholder|label|hint|noun|what|of|explanation|aria-(label|description))$/;
/** Attributes that are not user-facing. */
const SILENT =
  /^(class|d|href|style|transform|autocomplete|rel|name|viewBox|preserveAspectRatio|points)$/;
/** Key names and protocol tokens. */
const PROGRAM = /^(Enter|Escape|End|Home|Tab|ArrowDown|ArrowUp)$|^(Bearer|POST|GET) /;
/** Two words in a row, or a capitalized first word. */
const PROSE = /\p{L}{2,}[,;:.]? \p{L}|^\p{Lu}\p{Ll}+(\s|$|[.…!?])/u;

// deno-lint-ignore no-explicit-any
type Node = any;

/** Lint plugin that reports user-facing text. */
const plugin: Deno.lint.Plugin = {
  name: "airec",
  rules: {
    "words-in-text": {
      create(context) {
        const judge = (node: Node, value: unknown) => {
          if (typeof value !== "string" || PROGRAM.test(value)) return;
          const attribute = attributeOf(node);
          if (attribute !== null && SILENT.test(attribute)) return;
          const isSpoken = attribute !== null && SPOKEN.test(attribute) &&
            node.parent.type === "JSXAttribute" && /\p{L}/u.test(value);
          if (isSpoken || PROSE.test(value)) {
            context.report({ node, message: value.trim() });
          }
        };
        return {
          JSXText(node: Node) {
            if (/\p{L}/u.test(node.value)) {
              context.report({ node, message: node.value.trim() });
            }
          },
          Literal(node: Node) {
            if (!/^(Import|Export)|^TSLiteralType$/.test(node.parent.type)) judge(node, node.value);
          },
          TemplateLiteral(node: Node) {
            judge(node, node.quasis.map(({ cooked }: Node) => cooked).join("0"));
          },
        };
      },
    },
  },
};

/** Returns the attribute that contains a node, or null. */
function attributeOf(node: Node): string | null {
  for (let at = node.parent; at; at = at.parent) {
    if (at.type === "JSXAttribute") return at.name.name;
    if (/^JSX(Element|Fragment)$|Function/.test(at.type)) return null;
  }
  return null;
}

Deno.test("user-facing text is in the words files only", async () => {
  const faults: string[] = [];
  for (const path of sourceFiles("web")) {
    if (/(\/|_)words\.ts$|_test\.tsx?$/.test(path) || NO_WORDS.includes(path)) continue;
    const source = await Deno.readTextFile(join(WEB, "..", path));
    for (const { message } of Deno.lint.runPlugin(plugin, basename(path), source)) {
      faults.push(`${path}: ${message}`);
    }
  }
  assertEquals(faults, []);
});

Deno.test("what people read is found in text, attributes, strings and templates", () => {
  const found = (source: string) =>
    Deno.lint.runPlugin(plugin, "page.tsx", source).map(({ message }) => message);
  assertEquals(found(`<p class="card wide" title="ok">Hello <b>{x}</b></p>`), ["ok", "Hello"]);
  assertEquals(found("const a = `${n} more rows`; const b = key === 'Enter'"), ["0 more rows"]);
  assertEquals(found(`f({ name: "Promote" }); f("item_id", "text/css", "FAILED")`), ["Promote"]);
});
