import { assertEquals } from "@std/assert";
import { HtmlEvidence, htmlText } from "./html_text.ts";

function readColumn(cells: string[]): string[] {
  const evidence = new HtmlEvidence();
  for (const cell of cells) evidence.add(cell);
  return evidence.decide() ? cells.map(htmlText) : cells;
}

Deno.test("HTML is read as the text that it shows", () => {
  const cases: [string, string][] = [
    ["Tom &amp; Jerry", "Tom & Jerry"],
    ["<p>A <b>bold</b> heist.</p><p>Then&nbsp;rain</p>", "A bold heist. Then\u00a0rain"],
    ["It&#39;s &eacute;t&#xe9;", "It's été"],
    ["one<br/>two", "one two"],
    ["<p>One<p>Two", "One Two"],
    ["<li>a<li>b <i>c", "a b c"],
    ["<![CDATA[One & <b>two</b>]]>", "One & two"],
    ["Tom &amp Jerry, &quot.", 'Tom & Jerry, ".'],
    ["Don&#39t &#x2013 Caf&eacute", "Don't – Café"],
    ["<!-- no --><style>p {}</style>1 &lt; 2", "1 < 2"],
  ];
  for (const [html, text] of cases) assertEquals(readColumn([html]), [text]);
});

Deno.test("a literal ampersand or bracket is kept, in a column with HTML or without", () => {
  const plain = ["AT&T", "R&B; Soul", "I <3 U", "a < b > c", "Q&A", "R&D &copy 2000", "?a=1&lt=2"];
  assertEquals(readColumn(plain), plain);
  assertEquals(readColumn([...plain, "Tom &amp; Jerry"]), [...plain, "Tom & Jerry"]);
  // A single entity among very many bare ampersands is literal text.
  const raw = [
    "What does &nbsp; mean?",
    ...Array.from({ length: 30 }, (_, i) => `this & that ${i}`),
  ];
  assertEquals(readColumn(raw), raw);
});

Deno.test("HTML that opens tags without end is read in linear time", () => {
  for (const opening of ["<p ", "<!--", "<script>", "<style ", "&"]) {
    const hostile = opening.repeat(60_000);
    const [text] = readColumn(["<b>a</b>" + hostile]);
    assertEquals(text.startsWith("a"), true, opening);
  }
});
