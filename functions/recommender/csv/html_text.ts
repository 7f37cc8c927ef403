/** HTML in titles and texts: whether a column has it, and the text that it shows. */
import { decodeHTMLStrict } from "entities";

/** Tags that begin a new line or cell: a blank stands for them. */
const BLOCKS = "p|br|div|li|ul|ol|h[1-6]|hr|table|tr|td|th|tbody|thead|blockquote|pre|section";
const INLINE = "a|abbr|b|big|center|cite|code|em|font|i|img|mark|s|small|span|strong|sub|sup|u";
const BLOCK = new RegExp(`</?(?:${BLOCKS})(?:\\s[^>]*)?/?>`, "gi");
const TAG = new RegExp(`</?(?:${BLOCKS}|${INLINE})(?:\\s[^>]*)?/?>`, "gi");
/** What no text has by chance: an end, or a break. */
const SURE_TAG = new RegExp(`</(?:${BLOCKS}|${INLINE})>|<br\\s*/?>`, "i");
const UNSEEN = /<!--.*?-->|<(script|style)\b[^>]*>.*?<\/\1>/gis;
const ENTITY = /&(?:#\d+|#x[\da-f]+|[a-z][a-z\d]*);/i;
const BARE = /&(?!#\d+;|#x[\da-f]+;|[a-z][a-z\d]*;)/i;

/** Whether a cell may have HTML: all others are their own text. */
export function mayHaveHtml(cell: string): boolean {
  return cell.includes("&") || cell.includes("<");
}

/** Returns the text that HTML shows, without white space around it. */
export function htmlText(html: string): string {
  if (!mayHaveHtml(html)) return html;
  const text = html.replace(UNSEEN, " ").replace(BLOCK, " ").replace(TAG, "");
  return decodeHTMLStrict(text.replace(/ {2,}/g, " ")).trim();
}

/** So many cells with a bare ampersand beside one with an entity show that it is no HTML. */
const MOST_BARE = 20;

/** Counts what the cells of a column tell of HTML. */
export class HtmlEvidence {
  #tagged = 0;
  #escaped = 0;
  #bare = 0;

  /** Counts a cell. */
  add(cell: string): void {
    if (!mayHaveHtml(cell)) return;
    if (SURE_TAG.test(cell)) this.#tagged++;
    if (ENTITY.test(cell) && decodeHTMLStrict(cell) !== cell) this.#escaped++;
    else if (BARE.test(cell)) this.#bare++;
  }

  /** Whether the column is HTML: entities are literal where most ampersands are bare. */
  decide(): boolean {
    return this.#tagged > 0 || this.#escaped > 0 && this.#bare <= MOST_BARE * this.#escaped;
  }
}
