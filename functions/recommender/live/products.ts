/** Products of an order or list, in the form of Segment (`products`) or GA4 (`items`). */
import { RowFault } from "./row_fault.ts";

/** An item of an order with its revenue, if it has a price. */
export interface Product {
  itemId: unknown;
  value: number | null;
}

/** Maximum number of products of one event. */
const MOST_PRODUCTS = 200;

/** Members of the two forms; those not read here are ignored, any other is refused. */
const MEMBERS: ReadonlySet<string> = new Set([
  ...["product_id", "sku", "category", "name", "brand", "variant", "price", "quantity", "coupon"],
  ...["position", "url", "image_url", "currency", "value"],
  ...["item_id", "item_name", "affiliation", "discount", "index", "item_brand", "item_category"],
  ...["item_category2", "item_category3", "item_category4", "item_category5", "item_list_id"],
  ...["item_list_name", "item_variant", "location_id", "google_business_vertical"],
]);

/** Returns the products of an event. @throws {RowFault} if they have another form. */
export function readProducts(name: "products" | "items", given: unknown): Product[] {
  if (!Array.isArray(given) || given.length === 0) {
    throw new RowFault("invalid_field", `${name} must be a list of products`);
  }
  if (given.length > MOST_PRODUCTS) {
    throw new RowFault("too_long", `${name} has at most ${MOST_PRODUCTS} products`);
  }
  return given.map((product) => readProduct(name, product));
}

function readProduct(name: string, given: unknown): Product {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new RowFault("invalid_field", `${name} must be a list of objects with an item_id`);
  }
  const product = given as Record<string, unknown>;
  const unknown = Object.keys(product).find((member) => !MEMBERS.has(member));
  if (unknown !== undefined) throw RowFault.unknownField(unknown, MEMBERS);
  const { item_id, product_id, sku, value, price, quantity } = product;
  return {
    itemId: item_id ?? product_id ?? sku,
    value: amount("value", value) ?? revenue(amount("price", price), amount("quantity", quantity)),
  };
}

function revenue(price: number | null, quantity: number | null): number | null {
  return price === null ? null : price * (quantity ?? 1);
}

/** Returns a number, null if it is missing; GA4 and Segment also send texts of digits. */
function amount(name: string, given: unknown): number | null {
  if (given === undefined || given === null || given === "") return null;
  const number = typeof given === "string" ? Number(given) : given;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  throw new RowFault("invalid_field", `${name} of a product must be a number`);
}
