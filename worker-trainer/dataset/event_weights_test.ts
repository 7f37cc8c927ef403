import { assertEquals, assertThrows } from "@std/assert";
import { TAKEN_BACK } from "../../functions/recommender/model/liking.ts";
import { eventWeights, WITHDRAWN } from "./event_weights.ts";

const weigh = eventWeights();

Deno.test("a purchase says more than a look, in any notation", () => {
  for (
    const event of ["", "view", "click", "play", "opened", "return visit", "ignition", "whatever"]
  ) {
    assertEquals(weigh(event), 1, event);
  }
  for (
    const event of ["popular", "sound_on", "scroll_down", "casino", "viewed report", "download"]
  ) {
    assertEquals(weigh(event), 1, event);
  }
  for (
    const event of ["add_to_cart", "add-to-cart", "addtocart", "add to cart", "like", "thumbs_up"]
  ) {
    assertEquals(weigh(event), 3, event);
  }
  for (const event of ["purchase", "buy", "order", "transaction"]) {
    assertEquals(weigh(event), 5, event);
  }
});

Deno.test("a rejection that is withdrawn says nothing any more", () => {
  for (const event of ["unhide", "undislike", "unblocked", "un-mute"]) {
    assertEquals(weigh(event), WITHDRAWN, event);
  }
});

Deno.test("what is put back or returned counts a little below zero", () => {
  const events = [
    ...["remove_from_cart", "removefromcart", "cart_remove", "removed", "delete", "cancelled"],
    ...["return", "returned", "product_return", "refund", "refunded", "unlike", "unfollow"],
    ...["un-favorite", "unsave", "retoure", "storniert", "zurückgegeben"],
    ...["aus warenkorb entfernt", "supprimé du panier", "annulé", "remboursé", "eliminado"],
    ...["devolución", "rimosso", "reso", "devolvido", "verwijderd", "zwrot", "удалено из корзины"],
    ...["возврат", "отмена", "移除", "退货", "返品", "キャンセル", "환불", "iade"],
  ];
  for (const event of events) assertEquals(weigh(event), TAKEN_BACK, event);
});

Deno.test("what turns an item down counts below zero", () => {
  const events = [
    ...["dislike", "disliked", "hide", "hidden", "skip", "skipped", "thumbs_down", "thumbs down"],
    ...["thumbsdown", "dismiss", "dismissed", "block", "blocked", "downvote", "not_interested"],
    ...["not interested", "reject", "swipe_left", "👎", "gefällt nicht", "ausgeblendet"],
    ...["übersprungen", "blockiert", "je n'aime pas", "masqué", "no me gusta", "ocultar"],
    ...["não gostei", "non mi piace", "nascosto", "vind ik niet leuk", "overgeslagen"],
    ...[
      "не нравится",
      "скрыть",
      "дизлайк",
      "不喜欢",
      "屏蔽",
      "低評価",
      "非表示",
      "싫어요",
      "beğenmedim",
    ],
  ];
  for (const event of events) assertEquals(weigh(event), -1, event);
});

Deno.test("what an owner sets comes before what words mean", () => {
  const own = eventWeights({ removed: 2, view: 0, stop: -3 });
  assertEquals(["removed", "view", "stop", "click"].map(own), [2, 0, -3, 1]);
  assertThrows(() => eventWeights({ view: NaN }), RangeError, '"view"');
});
