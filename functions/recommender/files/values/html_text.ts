/** HTML in titles and texts: detects it in a column, and converts it to plain text. */
import { decodeHTMLStrict } from "entities";

/** Block elements, whose tags are replaced by a space. */
const BLOCKS = "p|br|div|li|ul|ol|h[1-6]|hr|table|tr|td|th|tbody|thead|blockquote|pre|section";
const INLINE = "a|abbr|b|big|center|cite|code|em|font|i|img|mark|s|small|span|strong|sub|sup|u";
const BLOCK = new RegExp(`</?(?:${BLOCKS})(?:\\s[^<>]*)?/?>`, "gi");
const TAG = new RegExp(`</?(?:${BLOCKS}|${INLINE})(?:\\s[^<>]*)?/?>`, "gi");
/** Markup that does not occur in plain text by chance: an end tag, the tag of a block, CDATA. */
const SURE_TAG = new RegExp(
  `</(?:${BLOCKS}|${INLINE})>|<(?:p|br|div|li|ul|ol|h[1-6]|hr|tr|td|blockquote)\\s*/?>|<!\\[CDATA\\[`,
  "i",
);
/** References that HTML reads without a semicolon, too, of those that plain text does not have. */
const UNENDED =
  /&(#\d{1,7}(?![\d;])|(?:#x[\da-f]{1,6}|amp|lt|gt|quot|nbsp|szlig|[ao]elig|[a-z](?:acute|grave|circ|uml|tilde|cedil|ring|slash))(?![\w;=]))/gi;
const ENTITY = /&(?:#\d+|#x[\da-f]+|[a-z][a-z\d]*);/i;
const BARE = /&(?!#\d+;|#x[\da-f]+;|[a-z][a-z\d]*;)/i;

/** Whether a cell may contain HTML; other cells are plain text. */
export function mayHaveHtml(cell: string): boolean {
  return cell.includes("&") || cell.includes("<");
}

/** Whether a text ends in a reference that lacks only its semicolon: `Tom &amp`. */
export function endsInReference(text: string): boolean {
  const [reference] = /&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,30})$/i.exec(text) ?? [];
  return reference !== undefined && decodeHTMLStrict(`${reference};`) !== `${reference};`;
}

/** Returns the trimmed text that HTML renders. */
export function htmlText(html: string): string {
  if (!mayHaveHtml(html)) return html;
  const text = UNSEEN.reduce(withoutSpans, html.replace(CDATA, ""))
    .replace(BLOCK, " ").replace(TAG, "");
  return decodeHTMLStrict(ended(text).replace(/ {2,}/g, " ")).trim();
}

/** The marks around text of XML. */
const CDATA = /<!\[CDATA\[|\]\]>/g;

/** Adds the semicolons that references lack. */
function ended(text: string): string {
  return text.replace(UNENDED, "&$1;");
}

/** Start and end marks of content that is not rendered: comments, scripts, styles. */
const UNSEEN = [["<!--", "-->"], ["<script", "</script>"], ["<style", "</style>"]] as const;

/** Replaces each span from an opening to the next closing by a space, in linear time. */
function withoutSpans(html: string, [opening, closing]: typeof UNSEEN[number]): string {
  const lower = html.toLowerCase();
  if (lower.length !== html.length) return html;
  let kept = "";
  let from = 0;
  for (;;) {
    const start = lower.indexOf(opening, from);
    const end = start < 0 ? -1 : lower.indexOf(closing, start + opening.length);
    if (end < 0) return kept + html.slice(from);
    kept += `${html.slice(from, start)} `;
    from = end + closing.length;
  }
}

/** Maximum ratio of cells with a bare ampersand to cells with an entity in an HTML column. */
const MOST_BARE = 20;

/** Collects evidence that a column contains HTML. */
export class HtmlEvidence {
  #tagged = 0;
  #escaped = 0;
  #bare = 0;

  /** Adds a cell. */
  add(cell: string): void {
    if (!mayHaveHtml(cell)) return;
    if (SURE_TAG.test(cell)) this.#tagged++;
    const html = ended(cell);
    if (ENTITY.test(html) && decodeHTMLStrict(html) !== html) this.#escaped++;
    else if (BARE.test(cell)) this.#bare++;
  }

  /** Whether the column is HTML: entities are literal text if most ampersands are bare. */
  decide(): boolean {
    return this.#tagged > 0 || this.#escaped > 0 && this.#bare <= MOST_BARE * this.#escaped;
  }
}
