/**
 * Impressions and clicks of lists in the page:
 *
 *     <ol data-airec="recommendation_id" data-airec-placement="home">
 *       <li data-airec-item="318"><a href="…">…</a></li>
 *
 * `data-airec-first` is the position of the list's first item, if not 0. An item is shown when half
 * of it was visible for a second. A click on a link of an item counts.
 */
import type { Place } from "./visitor.ts";

/** Visible share of an item, and its time in milliseconds: the Media Rating Council's definition. */
const VISIBLE_SHARE = .5;
const VISIBLE_MS = 1_000;

const ITEM = "data-airec-item";

/** Calls `onEvent` for each item of a list at its first impression, and at clicks. */
export function watchLists(
  onEvent: (type: "impression" | "click", item_id: string, place: Place) => void,
): void {
  const timers = new Map<Element, ReturnType<typeof setTimeout>>();
  /** Items observed, with their list and id. */
  const known = new WeakMap<Element, string>();
  const seen = new Set<string>();
  const nameOf = (item: Element) => `${listOf(item)?.dataset.airec} ${item.getAttribute(ITEM)}`;

  const visible = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      clearTimeout(timers.get(target));
      timers.delete(target);
      if (!isIntersecting) continue;
      timers.set(target, setTimeout(() => show(target), VISIBLE_MS));
    }
  }, { threshold: VISIBLE_SHARE });

  function show(item: Element): void {
    visible.unobserve(item);
    timers.delete(item);
    if (!item.isConnected || seen.has(nameOf(item))) return;
    seen.add(nameOf(item));
    report("impression", item);
  }

  function report(type: "impression" | "click", item: Element): void {
    const list = listOf(item);
    if (!list) return;
    const { airec, airecPlacement: placement, airecFirst = "0" } = list.dataset;
    const index = [...list.querySelectorAll(`[${ITEM}]`)].indexOf(item);
    const position = Number(airecFirst) + index;
    const recommendation_id = airec || undefined;
    onEvent(type, item.getAttribute(ITEM)!, { recommendation_id, position, placement });
  }

  function observe(): void {
    for (const item of document.querySelectorAll(`[data-airec] [${ITEM}]`)) {
      if (known.get(item) === nameOf(item)) continue;
      known.set(item, nameOf(item));
      visible.unobserve(item);
      visible.observe(item);
    }
  }

  new MutationObserver(observe).observe(document, {
    subtree: true,
    childList: true,
    attributeFilter: ["data-airec", ITEM],
  });
  document.addEventListener("click", ({ target }) => {
    const item = (target as Element).closest?.("a[href]")?.closest(`[${ITEM}]`);
    if (item) report("click", item);
  }, true);
  observe();
}

function listOf(item: Element): HTMLElement | null {
  return item.closest<HTMLElement>("[data-airec]");
}
