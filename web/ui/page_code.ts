/** The HTML that connects a page with a project by airec.js, with its own address, id and key. */
export function pageCode(
  { webhooks, key, project }: { webhooks: string; key: string; project: number },
): string {
  return `<script src="${webhooks.replace(/\/+$/, "")}/airec.js"></script>
<ol id="for-you"></ol>
<script>
  airec.init({ key: "${key}", project: ${project} });
  airec.recommend({ placement: "home", n: 10 }).then((answer) => {
    const list = document.getElementById("for-you");
    // By these airec.js reports which items were seen and clicked.
    list.dataset.airec = answer.recommendation_id;
    list.dataset.airecPlacement = "home";
    for (const { item_id, item_title } of answer.recommendations) {
      const item = list.appendChild(document.createElement("li"));
      item.dataset.airecItem = item_id;
      const link = item.appendChild(document.createElement("a"));
      link.href = "/items/" + encodeURIComponent(item_id);
      link.textContent = item_title;
    }
  });
  // Where it happens: the page of an item, and a completed order.
  // airec.track("view", "ITEM_ID");
  // airec.track("purchase", "ITEM_ID", { value: 19.9 });
</script>`;
}
