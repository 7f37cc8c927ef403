import { assertEquals, assertThrows } from "@std/assert";
import { TAKEN_BACK } from "../../functions/recommender/model/history/liking.ts";
import { WITHDRAWN } from "../../functions/recommender/model/history/liking.ts";
import { eventWeights } from "./event_weights.ts";

const weigh = eventWeights();

Deno.test("a purchase weighs more than a view, in any notation", () => {
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
    const event of [
      ...["add_to_cart", "add-to-cart", "addtocart", "add to cart", "like", "thumbs_up"],
      "product added",
    ]
  ) {
    assertEquals(weigh(event), 3, event);
  }
  for (const event of ["purchase", "buy", "order", "transaction", "order completed"]) {
    assertEquals(weigh(event), 5, event);
  }
});

Deno.test("a withdrawn rejection has no weight, nor a retraction", () => {
  for (const event of ["unhide", "undislike", "unblocked", "un-mute", "retract"]) {
    assertEquals(weigh(event), WITHDRAWN, event);
  }
});

Deno.test("removals from the cart and returns weigh slightly below zero", () => {
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

Deno.test("events that reject an item weigh below zero", () => {
  const events = [
    ...["poor", "terrible", "strongly disagree", "schlecht", "muy malo"],
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

Deno.test("a negation inverts the weight of its phrase, with any words in between", () => {
  const rejections = [
    ...["gefällt mir nicht", "no me interesa", "nein", "false", "-1", "do not recommend"],
    ...["don't recommend", "do not play again", "don't play this", "no thanks"],
    ...["não tenho interesse", "inte intresserad", "not_liked", "ça ne m'intéresse pas"],
  ];
  for (const event of rejections) assertEquals(weigh(event), -1, event);
  for (
    const event of ["no_refund", "not_removed", "not returned", "ja", "true", "1", "not_played"]
  ) {
    assertEquals(weigh(event), 1, event);
  }
  for (const event of ["me interesa", "gefällt mir"]) assertEquals(weigh(event), 3, event);
});

Deno.test("undoing a rejection withdraws it, in any word order", () => {
  const events = [
    ...["remove_dislike", "undo_dislike", "undo_hide", "remove_from_hidden", "cancel_skip"],
    ...["delete_block", "canceled_dislike", "hide_undo", "not_disliked", "item_unhidden"],
    ...["undo_not_interested"],
  ];
  for (const event of events) assertEquals(weigh(event), WITHDRAWN, event);
});

Deno.test("phrases are found next to objects, but not inside other words", () => {
  const undone = [
    ...["charged back", "chargeback", "clear_cart", "empty_cart", "emptied cart", "clearcart"],
    ...["drop_from_cart", "cart_decrement", "take_out", "item_unliked", "song_unloved"],
    ...["uninstall", "void", "return_request", "RMA", "exchange", "abbestellt", "enlevé"],
    ...["désabonné", "borrado"],
  ];
  for (const event of undone) assertEquals(weigh(event), TAKEN_BACK, event);
  const rejected = [
    ...["track_banned", "show fewer", "see_fewer", "spam", "flag", "complaint", "pass", "passed"],
    ...["left_swipe", "swipe_left", "disinterest", "downrank", "bury", "hassen", "weggewischt"],
    ...["reklamiert", "déteste", "signaler", "odio", "descartar", "scartato", "興味がない"],
  ];
  for (const event of rejected) assertEquals(weigh(event), -1, event);
  const plain = ["takeout", "flagship", "bypass", "season_pass", "notification", "note", "passion"];
  for (const event of plain) assertEquals(weigh(event), 1, event);
});

Deno.test("weights set by the owner take precedence over the defaults of event names", () => {
  const own = eventWeights({ removed: 2, view: 0, stop: -3 });
  assertEquals(["removed", "view", "stop", "click"].map(own), [2, 0, -3, 1]);
  assertThrows(() => eventWeights({ view: NaN }), RangeError, '"view"');
});
