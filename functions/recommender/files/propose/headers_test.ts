/**
 * Headers of public data sets and shop exports with synthetic values, and the columns that a person
 * would choose. Sources: the descriptions of the data sets (named at each).
 */
import { assertEquals } from "@std/assert";
import type { FileKind } from "../mapping.ts";
import { proposeMapping } from "./propose_mapping.ts";

/** Returns a cell of a row. */
type Cell = (row: number) => string | number;

const words = "red river north star golden empty winter second silent blue broken".split(" ");
const text = (length: number): Cell => (i) =>
  Array.from({ length }, (_, w) => words[(i * 7 + w * 3 + (i >> 2)) % words.length]).join(" ");

/** Kinds of cells. */
const user: Cell = (i) => 100 + (i * 7) % 23;
const userCode: Cell = (i) => `A${1000 + (i * 7) % 23}XQ`;
const hash: Cell = (i) => (0x9e3779b1 * (1 + (i * 7) % 31)).toString(16).padStart(12, "e");
const item: Cell = (i) => 1 + (i * 13) % 47;
const itemCode: Cell = (i) => `B00${(i * 13) % 47}K`;
const stars: Cell = (i) => 1 + (i * 3) % 5;
const halves: Cell = (i) => (1 + (i * 3) % 10) / 2;
const plays: Cell = (i) => 1 + (i * i) % 413;
const epoch: Cell = (i) => 964982703 + 977 * i;
const iso: Cell = (i) => `2019-0${1 + i % 9}-1${i % 9} 08:26:0${i % 10}`;
const day: Cell = (i) => `2018-0${1 + i % 9}-2${i % 9}`;
const price: Cell = (i) => `${3 + i % 17}.${10 + i % 89}`;
const flag: Cell = (i) => Number((i * 5) % 7 < 2);
const row: Cell = (i) => i + 1;
const order: Cell = (i) => 536365 + Math.floor(i / 4);
const orderUser: Cell = (i) => 17850 + Math.floor(i / 9) * 31 % 407;
const event: Cell = (i) => ["view", "cart", "purchase", "view"][i % 4];
const country: Cell = (i) => ["France", "Spain", "Norway"][i % 3];
const category: Cell = (i) => ["drama", "comedy", "crime|drama", "horror"][(i * 3) % 4];
const title: Cell = (i) => `${text(2)(i)} ${i}`;
const titleOfItem: Cell = (i) => `The ${words[(i * 13) % 47 % 11]} no ${(i * 13) % 47}`;
const link: Cell = (i) => `https://shop.example/${i}.jpg`;
const same = (value: string | number): Cell => () => value;

interface Case {
  kind: FileKind;
  columns: Record<string, Cell>;
  expected: Record<string, string | string[]>;
}

const CASES: Record<string, Case> = {
  "Online Retail (UCI)": {
    kind: "INTERACTION",
    columns: {
      InvoiceNo: order,
      StockCode: (i) => `${22000 + (i * 13) % 47}A`,
      Description: titleOfItem,
      Quantity: (i) => 1 + (i * 5) % 12,
      InvoiceDate: iso,
      UnitPrice: price,
      CustomerID: orderUser,
      Country: country,
    },
    expected: {
      user_id: "CustomerID",
      item_id: "StockCode",
      item_title: "Description",
      rating: "Quantity",
      timestamp: "InvoiceDate",
    },
  },
  "Online Retail II (UCI)": {
    kind: "INTERACTION",
    columns: {
      Invoice: order,
      StockCode: (i) => `${22000 + (i * 13) % 47}A`,
      Quantity: (i) => 1 + (i * 5) % 12,
      InvoiceDate: iso,
      Price: price,
      "Customer ID": orderUser,
      Country: country,
    },
    expected: {
      user_id: "Customer ID",
      item_id: "StockCode",
      rating: "Quantity",
      timestamp: "InvoiceDate",
    },
  },
  "Olist, orders joined": {
    kind: "INTERACTION",
    columns: {
      order_id: (i) => `e${order(i)}f0c9`,
      customer_unique_id: (i) => `c${orderUser(i)}aa`,
      product_id: itemCode,
      price,
      order_purchase_timestamp: iso,
    },
    expected: {
      user_id: "customer_unique_id",
      item_id: "product_id",
      timestamp: "order_purchase_timestamp",
    },
  },
  "Olist, order items": {
    kind: "INTERACTION",
    columns: {
      order_id: (i) => `e${order(i)}f0c9`,
      order_item_id: (i) => 1 + i % 2,
      product_id: itemCode,
      seller_id: hash,
      shipping_limit_date: iso,
      price,
      freight_value: price,
    },
    expected: { user_id: "order_id", item_id: "product_id" },
  },
  "H&M transactions": {
    kind: "INTERACTION",
    columns: {
      t_dat: day,
      customer_id: hash,
      article_id: (i) => `0${663713001 + (item(i) as number)}`,
      price: (i) => `0.0${5083050 + i}`,
      sales_channel_id: (i) => 1 + i % 2,
    },
    expected: { user_id: "customer_id", item_id: "article_id", timestamp: "t_dat" },
  },
  "H&M articles": {
    kind: "CONTENT",
    columns: {
      article_id: (i) => `0${663713001 + i}`,
      product_code: (i) => 663713 + (i >> 1),
      prod_name: title,
      product_type_name: category,
      colour_group_code: (i) => i % 5,
      colour_group_name: country,
      detail_desc: text(9),
    },
    expected: { item_id: "article_id", item_title: "prod_name" },
  },
  "clicks without names, and a column of zeros": {
    kind: "INTERACTION",
    columns: { column1: user, column2: item, column3: event, column4: epoch, column5: same(0) },
    expected: {
      user_id: "column1",
      item_id: "column2",
      event_type: "column3",
      timestamp: "column4",
    },
  },
  "MovieLens 100K, items": {
    kind: "CONTENT",
    columns: {
      "movie id": row,
      "movie title": title,
      "release date": (i) => `0${1 + i % 9}-Jan-1995`,
      "IMDb URL": link,
      unknown: same(0),
      Action: flag,
      Adventure: (i) => flag(i + 1),
      Comedy: (i) => flag(i + 2),
    },
    expected: {
      item_id: "movie id",
      item_title: "movie title",
      feature_col: ["unknown", "Action", "Adventure", "Comedy"],
    },
  },
  "news with a headline": {
    kind: "CONTENT",
    columns: { description: text(7), headline: title, sku: (i) => `N${1000 + i}` },
    expected: { item_title: "headline", item_id: "sku", feature_col: "description" },
  },
  "MovieLens": {
    kind: "INTERACTION",
    columns: { userId: user, movieId: item, rating: halves, timestamp: epoch },
    expected: { user_id: "userId", item_id: "movieId", rating: "rating", timestamp: "timestamp" },
  },
  "MovieLens, tags": {
    kind: "INTERACTION",
    columns: { userId: user, movieId: item, tag: text(1), timestamp: epoch },
    expected: { user_id: "userId", item_id: "movieId", timestamp: "timestamp" },
  },
  "MovieLens, movies": {
    kind: "CONTENT",
    columns: { movieId: row, title, genres: category },
    expected: { item_id: "movieId", item_title: "title", feature_col: "genres" },
  },
  "Amazon reviews 2014": {
    kind: "INTERACTION",
    columns: {
      reviewerID: userCode,
      asin: itemCode,
      reviewerName: text(2),
      helpful: same("[0, 0]"),
      reviewText: text(20),
      overall: (i) => `${stars(i)}.0`,
      summary: text(4),
      unixReviewTime: epoch,
      reviewTime: (i) => `09 1${i % 9}, 2012`,
    },
    expected: {
      user_id: "reviewerID",
      item_id: "asin",
      rating: "overall",
      timestamp: "unixReviewTime",
    },
  },
  "Amazon reviews 2023": {
    kind: "INTERACTION",
    columns: {
      rating: (i) => `${stars(i)}.0`,
      title: text(3),
      text: text(15),
      asin: itemCode,
      parent_asin: itemCode,
      user_id: userCode,
      timestamp: (i) => 1000 * (epoch(i) as number),
      helpful_vote: (i) => i % 4,
      verified_purchase: (i) => i % 3 ? "True" : "False",
    },
    expected: { user_id: "user_id", item_id: "asin", rating: "rating", timestamp: "timestamp" },
  },
  "Amazon ratings only": {
    kind: "INTERACTION",
    columns: { user_id: userCode, parent_asin: itemCode, rating: stars, timestamp: epoch },
    expected: {
      user_id: "user_id",
      item_id: "parent_asin",
      rating: "rating",
      timestamp: "timestamp",
    },
  },
  "Book-Crossing, ratings": {
    kind: "INTERACTION",
    columns: { "User-ID": user, ISBN: itemCode, "Book-Rating": (i) => (i * 3) % 11 },
    expected: { user_id: "User-ID", item_id: "ISBN", rating: "Book-Rating" },
  },
  "Book-Crossing, books": {
    kind: "CONTENT",
    columns: {
      ISBN: (i) => `0${195153448 + i}`,
      "Book-Title": title,
      "Book-Author": text(2),
      "Year-Of-Publication": (i) => 1990 + i % 12,
      Publisher: country,
      "Image-URL-S": link,
    },
    expected: {
      item_id: "ISBN",
      item_title: "Book-Title",
      feature_col: ["Book-Author", "Publisher"],
    },
  },
  "goodbooks-10k, ratings": {
    kind: "INTERACTION",
    columns: { user_id: user, book_id: item, rating: stars },
    expected: { user_id: "user_id", item_id: "book_id", rating: "rating" },
  },
  "goodbooks-10k, books": {
    kind: "CONTENT",
    columns: {
      book_id: row,
      goodreads_book_id: (i) => 2767052 + 31 * i,
      isbn: (i) => `${439023480 + i}`,
      authors: text(2),
      original_publication_year: (i) => 1990 + i % 12,
      original_title: title,
      title,
      language_code: (i) => ["eng", "fre", "spa"][i % 3],
      average_rating: (i) => `4.${10 + i % 80}`,
    },
    expected: {
      item_id: "book_id",
      item_title: "title",
      feature_col: ["authors", "original_title", "language_code"],
    },
  },
  "Last.fm 360K": {
    kind: "INTERACTION",
    columns: {
      "user-mboxsha1": hash,
      "musicbrainz-artist-id": (i) => `a${item(i)}-7b1d`,
      "artist-name": titleOfItem,
      plays,
    },
    expected: {
      user_id: "user-mboxsha1",
      item_id: "musicbrainz-artist-id",
      item_title: "artist-name",
      rating: "plays",
    },
  },
  "HetRec Last.fm": {
    kind: "INTERACTION",
    columns: { userID: user, artistID: item, weight: plays },
    expected: { user_id: "userID", item_id: "artistID", rating: "weight" },
  },
  "Million Song taste profile": {
    kind: "INTERACTION",
    columns: { user: hash, song: itemCode, play_count: plays },
    expected: { user_id: "user", item_id: "song", rating: "play_count" },
  },
  "RetailRocket, events": {
    kind: "INTERACTION",
    columns: {
      timestamp: (i) => 1000 * (epoch(i) as number),
      visitorid: user,
      event: (i) => ["view", "addtocart", "transaction"][i % 3],
      itemid: item,
      transactionid: (i) => i % 3 === 2 ? String(order(i)) : "",
    },
    expected: {
      user_id: "visitorid",
      item_id: "itemid",
      event_type: "event",
      timestamp: "timestamp",
    },
  },
  "eCommerce behaviour (REES46)": {
    kind: "INTERACTION",
    columns: {
      event_time: (i) => `${iso(i)} UTC`,
      event_type: event,
      product_id: item,
      category_id: (i) => `20530135${i % 7}`,
      category_code: (i) => `electronics.phone${i % 3}`,
      brand: country,
      price,
      user_id: user,
      user_session: hash,
    },
    expected: {
      user_id: "user_id",
      item_id: "product_id",
      event_type: "event_type",
      timestamp: "event_time",
    },
  },
  "Taobao user behaviour (Tianchi)": {
    kind: "INTERACTION",
    columns: {
      user_id: user,
      item_id: item,
      behavior_type: (i) => 1 + i % 4,
      item_category: (i) => 4245 + i % 11,
      time: (i) => `2014-12-0${1 + i % 9} 0${i % 9}:00:00`,
    },
    expected: {
      user_id: "user_id",
      item_id: "item_id",
      event_type: "behavior_type",
      timestamp: "time",
    },
  },
  "YOOCHOOSE, clicks": {
    kind: "INTERACTION",
    columns: {
      "Session ID": (i) => 11 + (i >> 2),
      Timestamp: (i) => `2014-04-07T10:51:0${i % 10}.277Z`,
      "Item ID": (i) => 214536500 + (item(i) as number),
      Category: (i) => i % 4,
    },
    expected: { user_id: "Session ID", item_id: "Item ID", timestamp: "Timestamp" },
  },
  "Diginetica, views": {
    kind: "INTERACTION",
    columns: {
      sessionId: (i) => 1 + (i >> 2),
      userId: user,
      itemId: item,
      timeframe: (i) => 526309 + i,
      eventdate: day,
    },
    expected: { user_id: "userId", item_id: "itemId", timestamp: "eventdate" },
  },
  "Gowalla": {
    kind: "INTERACTION",
    columns: {
      user: user,
      "check-in time": (i) => `2010-10-19T23:55:0${i % 10}Z`,
      latitude: (i) => `30.${2359091167 + i}`,
      longitude: (i) => `-97.${7951395833 + i}`,
      "location id": item,
    },
    expected: { user_id: "user", item_id: "location id", timestamp: "check-in time" },
  },
  "Yelp reviews": {
    kind: "INTERACTION",
    columns: {
      review_id: (i) => `r${i}KU_O5`,
      user_id: hash,
      business_id: itemCode,
      stars,
      date: iso,
      text: text(20),
      useful: (i) => i % 4,
      funny: (i) => i % 3,
      cool: (i) => i % 5,
    },
    expected: { user_id: "user_id", item_id: "business_id", rating: "stars", timestamp: "date" },
  },
  "Steam": {
    kind: "INTERACTION",
    columns: {
      "user-id": user,
      "game-title": titleOfItem,
      "behavior-name": (i) => ["purchase", "play"][i % 2],
      value: (i) => i % 2 ? `${i % 50}.5` : "1.0",
    },
    expected: {
      user_id: "user-id",
      item_title: "game-title",
      event_type: "behavior-name",
    },
  },
  "Anime, ratings": {
    kind: "INTERACTION",
    columns: { user_id: user, anime_id: item, rating: (i) => (i % 5) ? 5 + i % 6 : -1 },
    expected: { user_id: "user_id", item_id: "anime_id", rating: "rating" },
  },
  "Anime, catalogue": {
    kind: "CONTENT",
    columns: {
      anime_id: row,
      name: title,
      genre: category,
      type: (i) => ["TV", "Movie", "OVA"][i % 3],
      episodes: (i) => 1 + i % 26,
      rating: (i) => `7.${10 + i % 80}`,
      members: (i) => 2000 + 17 * i,
    },
    expected: { item_id: "anime_id", item_title: "name", feature_col: ["genre", "type"] },
  },
  "MIND, behaviours as rows": {
    kind: "INTERACTION",
    columns: {
      impression_id: row,
      user_id: userCode,
      time: (i) => `11/1${i % 5}/2019 8:55:22 AM`,
      news_id: itemCode,
      clicked: flag,
    },
    expected: { user_id: "user_id", item_id: "news_id", rating: "clicked", timestamp: "time" },
  },
  "Instacart, joined": {
    kind: "INTERACTION",
    columns: {
      order_id: order,
      user_id: orderUser,
      product_id: item,
      add_to_cart_order: (i) => 1 + i % 9,
      reordered: flag,
      order_dow: (i) => i % 7,
      order_hour_of_day: (i) => i % 24,
    },
    expected: { user_id: "user_id", item_id: "product_id" },
  },
  "Instacart, products": {
    kind: "CONTENT",
    columns: {
      product_id: row,
      product_name: title,
      aisle_id: (i) => i % 13,
      department_id: (i) => i % 5,
    },
    expected: { item_id: "product_id", item_title: "product_name" },
  },
  "Dunnhumby": {
    kind: "INTERACTION",
    columns: {
      household_key: orderUser,
      BASKET_ID: (i) => 26984851472 + (order(i) as number),
      DAY: (i) => 1 + i % 700,
      PRODUCT_ID: item,
      QUANTITY: (i) => 1 + i % 4,
      SALES_VALUE: price,
      STORE_ID: (i) => 300 + i % 9,
    },
    expected: { user_id: "household_key", item_id: "PRODUCT_ID", rating: "QUANTITY" },
  },
  "Spotify playlists": {
    kind: "INTERACTION",
    columns: {
      user_id: hash,
      artistname: text(2),
      trackname: titleOfItem,
      playlistname: text(1),
    },
    expected: { user_id: "user_id", item_title: "trackname" },
  },
  "tracks with their artists": {
    kind: "CONTENT",
    columns: {
      track_id: (i) => `T${9000 + i}`,
      artist_id: (i) => `R${i % 9}`,
      artist_name: (i) => `Artist ${i % 9}`,
      track_name: title,
      genre: category,
      duration_ms: (i) => 200000 + 31 * i,
    },
    expected: { item_id: "track_id", item_title: "track_name" },
  },
  "Shopify, orders": {
    kind: "INTERACTION",
    columns: {
      Name: (i) => `#${1001 + (i >> 2)}`,
      Email: (i) => `p${orderUser(i)}@example.com`,
      "Financial Status": same("paid"),
      "Created at": (i) => `${iso(i)} +0100`,
      "Lineitem quantity": (i) => 1 + i % 3,
      "Lineitem name": titleOfItem,
      "Lineitem price": price,
      "Lineitem sku": itemCode,
    },
    expected: {
      user_id: "Email",
      item_id: "Lineitem sku",
      item_title: "Lineitem name",
      rating: "Lineitem quantity",
      timestamp: "Created at",
    },
  },
  "a German shop's orders": {
    kind: "INTERACTION",
    columns: {
      Bestellnummer: order,
      Kundennummer: orderUser,
      Artikelnummer: itemCode,
      Bezeichnung: titleOfItem,
      Menge: (i) => 1 + i % 4,
      Datum: (i) => `1${i % 9}.0${1 + i % 9}.2023`,
    },
    expected: {
      user_id: "Kundennummer",
      item_id: "Artikelnummer",
      item_title: "Bezeichnung",
      rating: "Menge",
      timestamp: "Datum",
    },
  },
  "a Spanish shop's ratings": {
    kind: "INTERACTION",
    columns: {
      id_resena: row,
      id_usuario: user,
      id_producto: item,
      puntuacion: stars,
      fecha: day,
    },
    expected: {
      user_id: "id_usuario",
      item_id: "id_producto",
      rating: "puntuacion",
      timestamp: "fecha",
    },
  },
  "a French catalogue": {
    kind: "CONTENT",
    columns: {
      code_produit: (i) => `P-${100 + i}`,
      nom: title,
      marque: country,
      prix: price,
      image: link,
    },
    expected: { item_id: "code_produit", item_title: "nom", feature_col: "marque" },
  },
  "a Russian library's loans": {
    kind: "INTERACTION",
    columns: { "пользователь": user, "книга": item, "оценка": stars, "дата": day },
    expected: {
      user_id: "пользователь",
      item_id: "книга",
      rating: "оценка",
      timestamp: "дата",
    },
  },
  "a Chinese shop's events": {
    kind: "INTERACTION",
    columns: { 订单号: order, 用户: orderUser, 商品: item, 数量: (i) => 1 + i % 5, 时间: iso },
    expected: { user_id: "用户", item_id: "商品", rating: "数量", timestamp: "时间" },
  },
  "an index of a data frame": {
    kind: "INTERACTION",
    columns: { "Unnamed: 0": row, user: user, item: item, score: stars },
    expected: { user_id: "user", item_id: "item", rating: "score" },
  },
  "reviews with documents": {
    kind: "INTERACTION",
    columns: { review_id: row, document_no: order, member: user, film: item, grade: stars },
    expected: { user_id: "member", item_id: "film", rating: "grade" },
  },
  "opinions under a name that says nothing": {
    kind: "INTERACTION",
    columns: { member: user, film: item, meinung: (i) => i % 3 ? "up" : "down" },
    expected: { user_id: "member", item_id: "film", rating: "meinung" },
  },
  "likes and dislikes under a name that says nothing": {
    kind: "INTERACTION",
    columns: { member: user, film: item, meinung: (i) => i % 3 ? "like" : "dislike" },
    expected: { user_id: "member", item_id: "film", event_type: "meinung" },
  },
  "rows of stars under a name that says nothing": {
    kind: "INTERACTION",
    columns: { member: user, film: item, eindruck: (i) => "★".repeat(1 + i % 5).padEnd(5, "☆") },
    expected: { user_id: "member", item_id: "film", rating: "eindruck" },
  },
  "grades by name": {
    kind: "INTERACTION",
    columns: { member: user, film: item, rating: (i) => "ABCDF"[i % 5] },
    expected: { user_id: "member", item_id: "film", rating: "rating" },
  },
  "thumbs of a music service": {
    kind: "INTERACTION",
    columns: { listener: user, track: item, thumbs: (i) => i % 3 ? "up" : "down" },
    expected: { user_id: "listener", item_id: "track", rating: "thumbs" },
  },
  "Steam reviews": {
    kind: "INTERACTION",
    columns: {
      steamid: user,
      appid: item,
      voted_up: (i) => i % 3 ? "True" : "False",
      playtime_forever: plays,
      timestamp_created: epoch,
      weighted_vote_score: (i) => `0.${10 + i % 80}`,
    },
    expected: {
      user_id: "steamid",
      item_id: "appid",
      rating: "voted_up",
      timestamp: "timestamp_created",
    },
  },
  "Steam recommendations": {
    kind: "INTERACTION",
    columns: {
      app_id: item,
      user_id: user,
      date: day,
      is_recommended: (i) => i % 3 ? "true" : "false",
      hours: (i) => `${i % 90}.5`,
    },
    expected: {
      user_id: "user_id",
      item_id: "app_id",
      rating: "is_recommended",
      timestamp: "date",
    },
  },
  "recommendations in words": {
    kind: "INTERACTION",
    columns: {
      user: user,
      product: item,
      recommendation: (i) => i % 3 ? "Recommended" : "Not Recommended",
    },
    expected: { user_id: "user", item_id: "product", rating: "recommendation" },
  },
  "a German shop's likes": {
    kind: "INTERACTION",
    columns: { Kunde: user, Artikel: item, "gefällt": (i) => i % 3 ? "ja" : "nein" },
    expected: { user_id: "Kunde", item_id: "Artikel", rating: "gefällt" },
  },
  "a Spanish service's likes": {
    kind: "INTERACTION",
    columns: { usuario: user, pelicula: item, me_gusta: (i) => i % 3 ? "sí" : "no" },
    expected: { user_id: "usuario", item_id: "pelicula", rating: "me_gusta" },
  },
  "a Russian service's recommendations": {
    kind: "INTERACTION",
    columns: { "пользователь": user, "фильм": item, "понравилось": (i) => i % 3 ? "да" : "нет" },
    expected: { user_id: "пользователь", item_id: "фильм", rating: "понравилось" },
  },
  "a Chinese service's likes": {
    kind: "INTERACTION",
    columns: { 用户: user, 商品: item, 喜欢: (i) => i % 3 ? "是" : "否" },
    expected: { user_id: "用户", item_id: "商品", rating: "喜欢" },
  },
  "a status with rejections": {
    kind: "INTERACTION",
    columns: {
      user: user,
      item: item,
      status: (i) => ["liked", "skipped", "completed", "dismissed"][i % 4],
    },
    expected: { user_id: "user", item_id: "item", event_type: "status" },
  },
  "a status of orders with returns": {
    kind: "INTERACTION",
    columns: {
      customer_id: orderUser,
      product_id: item,
      status: (i) => ["delivered", "delivered", "returned", "cancelled"][i % 4],
    },
    expected: { user_id: "customer_id", item_id: "product_id", event_type: "status" },
  },
  "feedback in words": {
    kind: "INTERACTION",
    columns: {
      user: user,
      item: item,
      feedback: (i) => ["positive", "negative", "neutral"][i % 3],
    },
    expected: { user_id: "user", item_id: "item", event_type: "feedback" },
  },
  "dislikes alone": {
    kind: "INTERACTION",
    columns: { user: user, item: item, disliked: (i) => i % 3 ? "0" : "1" },
    expected: { user_id: "user", item_id: "item", rating: "disliked" },
  },
  "skipped tracks": {
    kind: "INTERACTION",
    columns: { user: user, track_id: item, skipped: (i) => i % 3 ? "FALSE" : "TRUE" },
    expected: { user_id: "user", item_id: "track_id", rating: "skipped" },
  },
  "ratings of which many are no numbers": {
    kind: "INTERACTION",
    columns: { user: user, item: item, rating: (i) => i % 2 ? stars(i) : "pending" },
    expected: { user_id: "user", item_id: "item", rating: "rating" },
  },
  "a rating beside one of the shipping": {
    kind: "INTERACTION",
    columns: { user: user, item: item, shipping_rating: stars, rating: stars },
    expected: { user_id: "user", item_id: "item", rating: "rating" },
  },
  "the own rating beside the average": {
    kind: "INTERACTION",
    columns: {
      user: user,
      book: item,
      average_rating: (i) => `4.${10 + i % 80}`,
      my_rating: stars,
    },
    expected: { user_id: "user", item_id: "book", rating: "my_rating" },
  },
  "an average alone": {
    kind: "INTERACTION",
    columns: { user: user, book: item, average_rating: (i) => `4.${10 + i % 80}` },
    expected: { user_id: "user", item_id: "book" },
  },
  "ranks": {
    kind: "INTERACTION",
    columns: { user: user, item: item, rank: (i) => 1 + i % 10 },
    expected: { user_id: "user", item_id: "item" },
  },
  "ratings without a header, with 99 for none": {
    kind: "INTERACTION",
    columns: { column1: (i) => i % 9, column2: item, column3: (i) => i % 5 === 0 ? 99 : stars(i) },
    expected: { user_id: "column1", item_id: "column2", rating: "column3" },
  },
  "times of which some are none": {
    kind: "INTERACTION",
    columns: { user: user, item: item, ts: (i) => i % 4 ? epoch(i) : 0 },
    expected: { user_id: "user", item_id: "item", timestamp: "ts" },
  },
  "whether films were watched": {
    kind: "INTERACTION",
    columns: { user: user, film: item, watched: (i) => i % 3 ? "yes" : "no" },
    expected: { user_id: "user", item_id: "film", rating: "watched" },
  },
  "a German school's books": {
    kind: "INTERACTION",
    columns: { "Schüler-ID": user, Buch: item, Schulnote: (i) => 1 + i % 5 },
    expected: { user_id: "Schüler-ID", item_id: "Buch", rating: "Schulnote" },
  },
  "a Japanese shop's purchases": {
    kind: "INTERACTION",
    columns: { 購入日: day, 会員ID: user, 商品コード: itemCode, 商品名: titleOfItem, 数量: stars },
    expected: {
      user_id: "会員ID",
      item_id: "商品コード",
      item_title: "商品名",
      rating: "数量",
      timestamp: "購入日",
    },
  },
  "sales from 1C": {
    kind: "INTERACTION",
    columns: { Период: day, Контрагент: user, Номенклатура: item, Количество: stars },
    expected: {
      user_id: "Контрагент",
      item_id: "Номенклатура",
      rating: "Количество",
      timestamp: "Период",
    },
  },
  "an export of MongoDB": {
    kind: "INTERACTION",
    columns: {
      "_id.$oid": hash,
      "userId.$oid": userCode,
      "productId.$oid": itemCode,
      "rating.$numberInt": stars,
      "createdAt.$date": iso,
    },
    expected: {
      user_id: "userId.$oid",
      item_id: "productId.$oid",
      rating: "rating.$numberInt",
      timestamp: "createdAt.$date",
    },
  },
  "a Korean shop's ratings": {
    kind: "INTERACTION",
    columns: { 회원번호: user, 상품코드: itemCode, 평점: stars, 구매일자: day },
    expected: { user_id: "회원번호", item_id: "상품코드", rating: "평점", timestamp: "구매일자" },
  },
  "answers without a header": {
    kind: "INTERACTION",
    columns: { column1: user, column2: item, column3: (i) => i % 3 ? "oui" : "non" },
    expected: { user_id: "column1", item_id: "column2", rating: "column3" },
  },
  "yes and no about something else": {
    kind: "INTERACTION",
    columns: { member: user, film: item, verified: (i) => i % 3 ? "yes" : "no", stars: stars },
    expected: { user_id: "member", item_id: "film", rating: "stars" },
  },
  "Outbrain, page views": {
    kind: "INTERACTION",
    columns: {
      uuid: hash,
      document_id: item,
      timestamp: epoch,
      platform: (i) => 1 + i % 3,
      geo_location: country,
      traffic_source: (i) => 1 + i % 3,
    },
    expected: { user_id: "uuid", item_id: "document_id", timestamp: "timestamp" },
  },
  "Netflix": {
    kind: "INTERACTION",
    columns: { MovieID: item, CustomerID: user, Rating: stars, Date: day },
    expected: { user_id: "CustomerID", item_id: "MovieID", rating: "Rating", timestamp: "Date" },
  },
  "KuaiRec": {
    kind: "INTERACTION",
    columns: {
      user_id: user,
      video_id: item,
      play_duration: (i) => 5000 + 31 * i,
      video_duration: (i) => 9000 + 17 * i,
      time: iso,
      date: (i) => 20200705 + i % 20,
      timestamp: (i) => `${epoch(i)}.23`,
      watch_ratio: (i) => `0.${10 + i % 80}`,
    },
    expected: { user_id: "user_id", item_id: "video_id", timestamp: "timestamp" },
  },
};

for (const [name, { kind, columns, expected }] of Object.entries(CASES)) {
  Deno.test(`columns proposed for ${name}`, () => {
    const names = Object.keys(columns);
    const rows = Array.from({ length: 100 }, (_, i) => names.map((n) => String(columns[n](i))));
    const { mapping } = proposeMapping(kind, names, rows);
    const chosen: Record<string, unknown> = { ...mapping };
    if (expected.feature_col === undefined) delete chosen.feature_col;
    assertEquals(chosen, expected);
  });
}
