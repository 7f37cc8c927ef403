/** Words that people read stand in `text/`, and nowhere else: held over the syntax of each file. */
/// <reference lib="deno.unstable" />
import { assertEquals } from "@std/assert";
import { join, relative } from "@std/path";

const WEB = import.meta.dirname!;
const FOLDERS = ["", "pages", "components", "charts", "csv"];

/** Figures, units and the trainer's terms as words: of the dictionary, too. */
const DICTIONARY = ["words.ts", "training_words.ts"];

/** Build, and code that is shown to be run. */
const NO_WORDS = [
  "calls.ts",
  "user_token.ts",
  "verify_signature.ts",
  "vite.config.ts",
  "made_files.ts",
  "page_headers.ts",
];

/** Attributes that are read out or shown, whatever they hold. */
const SPOKEN = /^(alt|title|placeholder|label|hint|noun|what|of|says|aria-(label|description))$/;
/** Attributes that nobody reads. */
const SILENT =
  /^(class|d|href|style|transform|autocomplete|rel|name|viewBox|preserveAspectRatio|points)$/;
/** Keys of a keyboard and the like are words for the program. */
const PROGRAM = /^(Enter|Escape|End|Home|Tab|ArrowDown|ArrowUp)$|^(Bearer|POST|GET) /;
/** Two words in a row, or one that begins a sentence. */
const PROSE = /\p{L}{2,}[,;:.]? \p{L}|^\p{Lu}\p{Ll}+(\s|$|[.…!?])/u;

// deno-lint-ignore no-explicit-any
type Node = any;

/** Finds what a reader would see in a file that is no dictionary. */
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

/** The attribute that a node is the value of, however deep; null where it is in none. */
function attributeOf(node: Node): string | null {
  for (let at = node.parent; at; at = at.parent) {
    if (at.type === "JSXAttribute") return at.name.name;
    if (/^JSX(Element|Fragment)$|Function/.test(at.type)) return null;
  }
  return null;
}

Deno.test("no page and no component holds a word that people read", async () => {
  const faults: string[] = [];
  for (const folder of FOLDERS) {
    for await (const { name, isFile } of Deno.readDir(join(WEB, folder))) {
      const path = join(WEB, folder, name);
      if (!isFile || !/\.tsx?$/.test(name) || /_test\.tsx?$/.test(name)) continue;
      const known = relative(WEB, path);
      if ([...DICTIONARY, ...NO_WORDS].includes(known)) continue;
      const source = await Deno.readTextFile(path);
      for (const { message } of Deno.lint.runPlugin(plugin, name, source)) {
        faults.push(`${known}: ${message}`);
      }
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
