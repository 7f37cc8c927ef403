/**
 * Headers of public data sets and shop exports with synthetic values, and the columns that a person
 * would choose. Sources: the descriptions of the data sets (named at each).
 */
import { assertEquals } from "@std/assert";
import type { ContentMapping, InteractionMapping } from "../mapping.ts";
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

/** Key of a mapping. */
type Role = keyof ContentMapping | keyof InteractionMapping;

/** Columns of a file: their cells, and the role that a person would choose. */
type Columns = Record<string, Cell | [Cell, Role]>;

const INTERACTIONS: Record<string, Columns> = {
  "Online Retail (UCI)": {
    InvoiceNo: order,
    StockCode: [(i) => `${22000 + (i * 13) % 47}A`, "item_id"],
    Description: [titleOfItem, "item_title"],
    Quantity: [(i) => 1 + (i * 5) % 12, "rating"],
    InvoiceDate: [iso, "timestamp"],
    UnitPrice: price,
    CustomerID: [orderUser, "user_id"],
    Country: country,
  },
  "Online Retail II (UCI)": {
    Invoice: order,
    StockCode: [(i) => `${22000 + (i * 13) % 47}A`, "item_id"],
    Quantity: [(i) => 1 + (i * 5) % 12, "rating"],
    InvoiceDate: [iso, "timestamp"],
    Price: price,
    "Customer ID": [orderUser, "user_id"],
    Country: country,
  },
  "Olist, orders joined": {
    order_id: (i) => `e${order(i)}f0c9`,
    customer_unique_id: [(i) => `c${orderUser(i)}aa`, "user_id"],
    product_id: [itemCode, "item_id"],
    price,
    order_purchase_timestamp: [iso, "timestamp"],
  },
  "Olist, order items": {
    order_id: [(i) => `e${order(i)}f0c9`, "user_id"],
    order_item_id: (i) => 1 + i % 2,
    product_id: [itemCode, "item_id"],
    seller_id: hash,
    shipping_limit_date: iso,
    price,
    freight_value: price,
  },
  "H&M transactions": {
    t_dat: [day, "timestamp"],
    customer_id: [hash, "user_id"],
    article_id: [(i) => `0${663713001 + (item(i) as number)}`, "item_id"],
    price: (i) => `0.0${5083050 + i}`,
    sales_channel_id: (i) => 1 + i % 2,
  },
  "clicks without names, and a column of zeros": {
    column1: [user, "user_id"],
    column2: [item, "item_id"],
    column3: [event, "event_type"],
    column4: [epoch, "timestamp"],
    column5: same(0),
  },
  "MovieLens": {
    userId: [user, "user_id"],
    movieId: [item, "item_id"],
    rating: [halves, "rating"],
    timestamp: [epoch, "timestamp"],
  },
  "MovieLens, tags": {
    userId: [user, "user_id"],
    movieId: [item, "item_id"],
    tag: text(1),
    timestamp: [epoch, "timestamp"],
  },
  "Amazon reviews 2014": {
    reviewerID: [userCode, "user_id"],
    asin: [itemCode, "item_id"],
    reviewerName: text(2),
    helpful: same("[0, 0]"),
    reviewText: text(20),
    overall: [(i) => `${stars(i)}.0`, "rating"],
    summary: text(4),
    unixReviewTime: [epoch, "timestamp"],
    reviewTime: (i) => `09 1${i % 9}, 2012`,
  },
  "Amazon reviews 2023": {
    rating: [(i) => `${stars(i)}.0`, "rating"],
    title: text(3),
    text: text(15),
    asin: [itemCode, "item_id"],
    parent_asin: itemCode,
    user_id: [userCode, "user_id"],
    timestamp: [(i) => 1000 * (epoch(i) as number), "timestamp"],
    helpful_vote: (i) => i % 4,
    verified_purchase: (i) => i % 3 ? "True" : "False",
  },
  "Amazon ratings only": {
    user_id: [userCode, "user_id"],
    parent_asin: [itemCode, "item_id"],
    rating: [stars, "rating"],
    timestamp: [epoch, "timestamp"],
  },
  "Book-Crossing, ratings": {
    "User-ID": [user, "user_id"],
    ISBN: [itemCode, "item_id"],
    "Book-Rating": [(i) => (i * 3) % 11, "rating"],
  },
  "goodbooks-10k, ratings": {
    user_id: [user, "user_id"],
    book_id: [item, "item_id"],
    rating: [stars, "rating"],
  },
  "Last.fm 360K": {
    "user-mboxsha1": [hash, "user_id"],
    "musicbrainz-artist-id": [(i) => `a${item(i)}-7b1d`, "item_id"],
    "artist-name": [titleOfItem, "item_title"],
    plays: [plays, "rating"],
  },
  "HetRec Last.fm": {
    userID: [user, "user_id"],
    artistID: [item, "item_id"],
    weight: [plays, "rating"],
  },
  "Million Song taste profile": {
    user: [hash, "user_id"],
    song: [itemCode, "item_id"],
    play_count: [plays, "rating"],
  },
  "RetailRocket, events": {
    timestamp: [(i) => 1000 * (epoch(i) as number), "timestamp"],
    visitorid: [user, "user_id"],
    event: [(i) => ["view", "addtocart", "transaction"][i % 3], "event_type"],
    itemid: [item, "item_id"],
    transactionid: (i) => i % 3 === 2 ? String(order(i)) : "",
  },
  "eCommerce behaviour (REES46)": {
    event_time: [(i) => `${iso(i)} UTC`, "timestamp"],
    event_type: [event, "event_type"],
    product_id: [item, "item_id"],
    category_id: (i) => `20530135${i % 7}`,
    category_code: (i) => `electronics.phone${i % 3}`,
    brand: country,
    price,
    user_id: [user, "user_id"],
    user_session: hash,
  },
  "Taobao user behaviour (Tianchi)": {
    user_id: [user, "user_id"],
    item_id: [item, "item_id"],
    behavior_type: [(i) => 1 + i % 4, "event_type"],
    item_category: (i) => 4245 + i % 11,
    time: [(i) => `2014-12-0${1 + i % 9} 0${i % 9}:00:00`, "timestamp"],
  },
  "YOOCHOOSE, clicks": {
    "Session ID": [(i) => 11 + (i >> 2), "user_id"],
    Timestamp: [(i) => `2014-04-07T10:51:0${i % 10}.277Z`, "timestamp"],
    "Item ID": [(i) => 214536500 + (item(i) as number), "item_id"],
    Category: (i) => i % 4,
  },
  "Diginetica, views": {
    sessionId: (i) => 1 + (i >> 2),
    userId: [user, "user_id"],
    itemId: [item, "item_id"],
    timeframe: (i) => 526309 + i,
    eventdate: [day, "timestamp"],
  },
  "Gowalla": {
    user: [user, "user_id"],
    "check-in time": [(i) => `2010-10-19T23:55:0${i % 10}Z`, "timestamp"],
    latitude: (i) => `30.${2359091167 + i}`,
    longitude: (i) => `-97.${7951395833 + i}`,
    "location id": [item, "item_id"],
  },
  "Yelp reviews": {
    review_id: (i) => `r${i}KU_O5`,
    user_id: [hash, "user_id"],
    business_id: [itemCode, "item_id"],
    stars: [stars, "rating"],
    date: [iso, "timestamp"],
    text: text(20),
    useful: (i) => i % 4,
    funny: (i) => i % 3,
    cool: (i) => i % 5,
  },
  "Steam": {
    "user-id": [user, "user_id"],
    "game-title": [titleOfItem, "item_title"],
    "behavior-name": [(i) => ["purchase", "play"][i % 2], "event_type"],
    value: (i) => i % 2 ? `${i % 50}.5` : "1.0",
  },
  "Anime, ratings": {
    user_id: [user, "user_id"],
    anime_id: [item, "item_id"],
    rating: [(i) => (i % 5) ? 5 + i % 6 : -1, "rating"],
  },
  "MIND, behaviours as rows": {
    impression_id: row,
    user_id: [userCode, "user_id"],
    time: [(i) => `11/1${i % 5}/2019 8:55:22 AM`, "timestamp"],
    news_id: [itemCode, "item_id"],
    clicked: [flag, "rating"],
  },
  "Instacart, joined": {
    order_id: order,
    user_id: [orderUser, "user_id"],
    product_id: [item, "item_id"],
    add_to_cart_order: (i) => 1 + i % 9,
    reordered: flag,
    order_dow: (i) => i % 7,
    order_hour_of_day: (i) => i % 24,
  },
  "Dunnhumby": {
    household_key: [orderUser, "user_id"],
    BASKET_ID: (i) => 26984851472 + (order(i) as number),
    DAY: (i) => 1 + i % 700,
    PRODUCT_ID: [item, "item_id"],
    QUANTITY: [(i) => 1 + i % 4, "rating"],
    SALES_VALUE: price,
    STORE_ID: (i) => 300 + i % 9,
  },
  "Spotify playlists": {
    user_id: [hash, "user_id"],
    artistname: text(2),
    trackname: [titleOfItem, "item_title"],
    playlistname: text(1),
  },
  "Shopify, orders": {
    Name: (i) => `#${1001 + (i >> 2)}`,
    Email: [(i) => `p${orderUser(i)}@example.com`, "user_id"],
    "Financial Status": same("paid"),
    "Created at": [(i) => `${iso(i)} +0100`, "timestamp"],
    "Lineitem quantity": [(i) => 1 + i % 3, "rating"],
    "Lineitem name": [titleOfItem, "item_title"],
    "Lineitem price": price,
    "Lineitem sku": [itemCode, "item_id"],
  },
  "a German shop's orders": {
    Bestellnummer: order,
    Kundennummer: [orderUser, "user_id"],
    Artikelnummer: [itemCode, "item_id"],
    Bezeichnung: [titleOfItem, "item_title"],
    Menge: [(i) => 1 + i % 4, "rating"],
    Datum: [(i) => `1${i % 9}.0${1 + i % 9}.2023`, "timestamp"],
  },
  "a Spanish shop's ratings": {
    id_resena: row,
    id_usuario: [user, "user_id"],
    id_producto: [item, "item_id"],
    puntuacion: [stars, "rating"],
    fecha: [day, "timestamp"],
  },
  "a Russian library's loans": {
    "пользователь": [user, "user_id"],
    "книга": [item, "item_id"],
    "оценка": [stars, "rating"],
    "дата": [day, "timestamp"],
  },
  "a Chinese shop's events": {
    订单号: order,
    用户: [orderUser, "user_id"],
    商品: [item, "item_id"],
    数量: [(i) => 1 + i % 5, "rating"],
    时间: [iso, "timestamp"],
  },
  "an index of a data frame": {
    "Unnamed: 0": row,
    user: [user, "user_id"],
    item: [item, "item_id"],
    score: [stars, "rating"],
  },
  "reviews with documents": {
    review_id: row,
    document_no: order,
    member: [user, "user_id"],
    film: [item, "item_id"],
    grade: [stars, "rating"],
  },
  "opinions under a name that says nothing": {
    member: [user, "user_id"],
    film: [item, "item_id"],
    meinung: [(i) => i % 3 ? "up" : "down", "rating"],
  },
  "likes and dislikes under a name that says nothing": {
    member: [user, "user_id"],
    film: [item, "item_id"],
    meinung: [(i) => i % 3 ? "like" : "dislike", "event_type"],
  },
  "rows of stars under a name that says nothing": {
    member: [user, "user_id"],
    film: [item, "item_id"],
    eindruck: [(i) => "★".repeat(1 + i % 5).padEnd(5, "☆"), "rating"],
  },
  "grades by name": {
    member: [user, "user_id"],
    film: [item, "item_id"],
    rating: [(i) => "ABCDF"[i % 5], "rating"],
  },
  "thumbs of a music service": {
    listener: [user, "user_id"],
    track: [item, "item_id"],
    thumbs: [(i) => i % 3 ? "up" : "down", "rating"],
  },
  "Steam reviews": {
    steamid: [user, "user_id"],
    appid: [item, "item_id"],
    voted_up: [(i) => i % 3 ? "True" : "False", "rating"],
    playtime_forever: plays,
    timestamp_created: [epoch, "timestamp"],
    weighted_vote_score: (i) => `0.${10 + i % 80}`,
  },
  "Steam recommendations": {
    app_id: [item, "item_id"],
    user_id: [user, "user_id"],
    date: [day, "timestamp"],
    is_recommended: [(i) => i % 3 ? "true" : "false", "rating"],
    hours: (i) => `${i % 90}.5`,
  },
  "recommendations in words": {
    user: [user, "user_id"],
    product: [item, "item_id"],
    recommendation: [(i) => i % 3 ? "Recommended" : "Not Recommended", "rating"],
  },
  "a German shop's likes": {
    Kunde: [user, "user_id"],
    Artikel: [item, "item_id"],
    "gefällt": [(i) => i % 3 ? "ja" : "nein", "rating"],
  },
  "a Spanish service's likes": {
    usuario: [user, "user_id"],
    pelicula: [item, "item_id"],
    me_gusta: [(i) => i % 3 ? "sí" : "no", "rating"],
  },
  "a Russian service's recommendations": {
    "пользователь": [user, "user_id"],
    "фильм": [item, "item_id"],
    "понравилось": [(i) => i % 3 ? "да" : "нет", "rating"],
  },
  "a Chinese service's likes": {
    用户: [user, "user_id"],
    商品: [item, "item_id"],
    喜欢: [(i) => i % 3 ? "是" : "否", "rating"],
  },
  "a status with rejections": {
    user: [user, "user_id"],
    item: [item, "item_id"],
    status: [(i) => ["liked", "skipped", "completed", "dismissed"][i % 4], "event_type"],
  },
  "a status of orders with returns": {
    customer_id: [orderUser, "user_id"],
    product_id: [item, "item_id"],
    status: [(i) => ["delivered", "delivered", "returned", "cancelled"][i % 4], "event_type"],
  },
  "feedback in words": {
    user: [user, "user_id"],
    item: [item, "item_id"],
    feedback: [(i) => ["positive", "negative", "neutral"][i % 3], "event_type"],
  },
  "dislikes alone": {
    user: [user, "user_id"],
    item: [item, "item_id"],
    disliked: [(i) => i % 3 ? "0" : "1", "rating"],
  },
  "skipped tracks": {
    user: [user, "user_id"],
    track_id: [item, "item_id"],
    skipped: [(i) => i % 3 ? "FALSE" : "TRUE", "rating"],
  },
  "ratings of which many are no numbers": {
    user: [user, "user_id"],
    item: [item, "item_id"],
    rating: [(i) => i % 2 ? stars(i) : "pending", "rating"],
  },
  "a rating beside one of the shipping": {
    user: [user, "user_id"],
    item: [item, "item_id"],
    shipping_rating: stars,
    rating: [stars, "rating"],
  },
  "the own rating beside the average": {
    user: [user, "user_id"],
    book: [item, "item_id"],
    average_rating: (i) => `4.${10 + i % 80}`,
    my_rating: [stars, "rating"],
  },
  "an average alone": {
    user: [user, "user_id"],
    book: [item, "item_id"],
    average_rating: (i) => `4.${10 + i % 80}`,
  },
  "ranks": { user: [user, "user_id"], item: [item, "item_id"], rank: (i) => 1 + i % 10 },
  "ratings without a header, with 99 for none": {
    column1: [(i) => i % 9, "user_id"],
    column2: [item, "item_id"],
    column3: [(i) => i % 5 === 0 ? 99 : stars(i), "rating"],
  },
  "times of which some are none": {
    user: [user, "user_id"],
    item: [item, "item_id"],
    ts: [(i) => i % 4 ? epoch(i) : 0, "timestamp"],
  },
  "whether films were watched": {
    user: [user, "user_id"],
    film: [item, "item_id"],
    watched: [(i) => i % 3 ? "yes" : "no", "rating"],
  },
  "a German school's books": {
    "Schüler-ID": [user, "user_id"],
    Buch: [item, "item_id"],
    Schulnote: [(i) => 1 + i % 5, "rating"],
  },
  "a Japanese shop's purchases": {
    購入日: [day, "timestamp"],
    会員ID: [user, "user_id"],
    商品コード: [itemCode, "item_id"],
    商品名: [titleOfItem, "item_title"],
    数量: [stars, "rating"],
  },
  "sales from 1C": {
    Период: [day, "timestamp"],
    Контрагент: [user, "user_id"],
    Номенклатура: [item, "item_id"],
    Количество: [stars, "rating"],
  },
  "an export of MongoDB": {
    "_id.$oid": hash,
    "userId.$oid": [userCode, "user_id"],
    "productId.$oid": [itemCode, "item_id"],
    "rating.$numberInt": [stars, "rating"],
    "createdAt.$date": [iso, "timestamp"],
  },
  "a Korean shop's ratings": {
    회원번호: [user, "user_id"],
    상품코드: [itemCode, "item_id"],
    평점: [stars, "rating"],
    구매일자: [day, "timestamp"],
  },
  "answers without a header": {
    column1: [user, "user_id"],
    column2: [item, "item_id"],
    column3: [(i) => i % 3 ? "oui" : "non", "rating"],
  },
  "yes and no about something else": {
    member: [user, "user_id"],
    film: [item, "item_id"],
    verified: (i) => i % 3 ? "yes" : "no",
    stars: [stars, "rating"],
  },
  "Outbrain, page views": {
    uuid: [hash, "user_id"],
    document_id: [item, "item_id"],
    timestamp: [epoch, "timestamp"],
    platform: (i) => 1 + i % 3,
    geo_location: country,
    traffic_source: (i) => 1 + i % 3,
  },
  "Netflix": {
    MovieID: [item, "item_id"],
    CustomerID: [user, "user_id"],
    Rating: [stars, "rating"],
    Date: [day, "timestamp"],
  },
  "KuaiRec": {
    user_id: [user, "user_id"],
    video_id: [item, "item_id"],
    play_duration: (i) => 5000 + 31 * i,
    video_duration: (i) => 9000 + 17 * i,
    time: iso,
    date: (i) => 20200705 + i % 20,
    timestamp: [(i) => `${epoch(i)}.23`, "timestamp"],
    watch_ratio: (i) => `0.${10 + i % 80}`,
  },
  "Reddit, posts": {
    id: (i) => `t3_${i}`,
    author: [userCode, "user_id"],
    subreddit: [(i) => `sub${item(i)}`, "item_id"],
    title,
    score: [plays, "rating"],
    created_utc: [epoch, "timestamp"],
  },
  "loans of books, with their authors": {
    reader: [user, "user_id"],
    book: [item, "item_id"],
    author: userCode,
    date: [day, "timestamp"],
  },
  "Steam, with hours": {
    steamid: [hash, "user_id"],
    appid: [item, "item_id"],
    hours_played: [(i) => `${i % 40}.5`, "rating"],
  },
  "playtime with its unit": {
    user: [user, "user_id"],
    game: [item, "item_id"],
    playtime: [(i) => `${1 + i % 40} h`, "rating"],
  },
  "favourites with nulls": {
    user_id: [user, "user_id"],
    track_id: [item, "item_id"],
    is_favorite: [(i) => ["true", "false", "null"][i % 3], "rating"],
  },
  "seconds on a page": {
    visitor: [user, "user_id"],
    page: [item, "item_id"],
    dwell_seconds: [(i) => i * i % 977, "rating"],
    ts: [epoch, "timestamp"],
  },
  "times of Matlab": {
    user: [user, "user_id"],
    item: [item, "item_id"],
    date: [(i) => 737426 + i / 4, "timestamp"],
  },
  "ids as large as days": {
    column1: [(i) => 737426 + i % 9, "user_id"],
    column2: [item, "item_id"],
    column3: [stars, "rating"],
  },
};

const ITEMS: Record<string, Columns> = {
  "H&M articles": {
    article_id: [(i) => `0${663713001 + i}`, "item_id"],
    product_code: (i) => 663713 + (i >> 1),
    prod_name: [title, "item_title"],
    product_type_name: category,
    colour_group_code: (i) => i % 5,
    colour_group_name: country,
    detail_desc: text(9),
  },
  "MovieLens 100K, items": {
    "movie id": [row, "item_id"],
    "movie title": [title, "item_title"],
    "release date": (i) => `0${1 + i % 9}-Jan-1995`,
    "IMDb URL": link,
    unknown: [same(0), "feature_col"],
    Action: [flag, "feature_col"],
    Adventure: [(i) => flag(i + 1), "feature_col"],
    Comedy: [(i) => flag(i + 2), "feature_col"],
  },
  "news with a headline": {
    description: [text(7), "feature_col"],
    headline: [title, "item_title"],
    sku: [(i) => `N${1000 + i}`, "item_id"],
  },
  "MovieLens, movies": {
    movieId: [row, "item_id"],
    title: [title, "item_title"],
    genres: [category, "feature_col"],
  },
  "Book-Crossing, books": {
    ISBN: [(i) => `0${195153448 + i}`, "item_id"],
    "Book-Title": [title, "item_title"],
    "Book-Author": [text(2), "feature_col"],
    "Year-Of-Publication": (i) => 1990 + i % 12,
    Publisher: [country, "feature_col"],
    "Image-URL-S": link,
  },
  "goodbooks-10k, books": {
    book_id: [row, "item_id"],
    goodreads_book_id: (i) => 2767052 + 31 * i,
    isbn: (i) => `${439023480 + i}`,
    authors: [text(2), "feature_col"],
    original_publication_year: (i) => 1990 + i % 12,
    original_title: [title, "feature_col"],
    title: [title, "item_title"],
    language_code: [(i) => ["eng", "fre", "spa"][i % 3], "feature_col"],
    average_rating: (i) => `4.${10 + i % 80}`,
  },
  "Anime, catalogue": {
    anime_id: [row, "item_id"],
    name: [title, "item_title"],
    genre: [category, "feature_col"],
    type: [(i) => ["TV", "Movie", "OVA"][i % 3], "feature_col"],
    episodes: (i) => 1 + i % 26,
    rating: (i) => `7.${10 + i % 80}`,
    members: (i) => 2000 + 17 * i,
  },
  "Instacart, products": {
    product_id: [row, "item_id"],
    product_name: [title, "item_title"],
    aisle_id: (i) => i % 13,
    department_id: (i) => i % 5,
  },
  "tracks with their artists": {
    track_id: [(i) => `T${9000 + i}`, "item_id"],
    artist_id: (i) => `R${i % 9}`,
    artist_name: (i) => `Artist ${i % 9}`,
    track_name: [title, "item_title"],
    genre: category,
    duration_ms: (i) => 200000 + 31 * i,
  },
  "a French catalogue": {
    code_produit: [(i) => `P-${100 + i}`, "item_id"],
    nom: [title, "item_title"],
    marque: [country, "feature_col"],
    prix: price,
    image: link,
  },
};

for (const [kind, cases] of [["INTERACTION", INTERACTIONS], ["CONTENT", ITEMS]] as const) {
  for (const [name, columns] of Object.entries(cases)) {
    Deno.test(`columns proposed for ${name}`, () => {
      const names = Object.keys(columns);
      const cells = Object.values(columns).map((column) => [column].flat()[0] as Cell);
      const rows = Array.from({ length: 100 }, (_, i) => cells.map((cell) => String(cell(i))));
      const { mapping } = proposeMapping(kind, names, rows);
      const expected: Record<string, string[]> = {};
      for (const [name, column] of Object.entries(columns)) {
        if (Array.isArray(column)) (expected[column[1]] ??= []).push(name);
      }
      const chosen = Object.entries(mapping).map(([role, column]) => [role, [column].flat()])
        .filter(([role]) => role !== "feature_col" || expected.feature_col);
      assertEquals(Object.fromEntries(chosen), expected);
    });
  }
}
