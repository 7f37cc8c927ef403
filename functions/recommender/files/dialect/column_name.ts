/** Evidence from column names, in several languages. */
import { streamSafe } from "../../text/marks.ts";

/** Entity of a column: a user, an item, or something else, such as an order. */
export type Entity = "user" | "item" | "other";

/** Kind of value that a name suggests. */
export type Quality =
  | "identifier"
  | "title"
  | "description"
  | "time"
  | "rating"
  | "count"
  | "answer"
  | "event"
  | "attribute";

/** A parsed column name. */
export interface ColumnName {
  /** As in the file. */
  name: string;
  /** Words in lower case, without accents: `customerUniqueID` has customer, unique and id. */
  words: string[];
  entity?: Entity;
  /** The word that determined the entity. */
  noun?: string;
  quality?: Quality;
  /** Below 1 if the words are weak evidence of the entity or quality. */
  certainty: number;
}

const USERS = words(`user users customer customers client clients member members visitor visitors
  account accounts person people reviewer reviewers buyer buyers listener listeners viewer viewers
  reader readers subscriber subscribers shopper shoppers consumer consumers patron patrons borrower
  household guest rater player follower uid userid customerid memberid visitorid clientid
  steamid steamids xuid reviewerid redditor commenter контрагент контрагенты клиенты пользователи пользователя
  kunde kunden kundin benutzer nutzer besteller leser käufer kaeufer cliente clientes usuario
  usuarios comprador utilisateur utilisateurs acheteur lecteur abonné utente utenti acquirente klant
  klanten gebruiker lezer użytkownik uzytkownik klient bruker kund användare anvandare kunder
  müşteri musteri kullanıcı kullanici пользователь клиент покупатель 用户 用户id 顾客 客户 会员 買家
  ผู้ใช้ ลูกค้า สมาชิก kupac kupca korisnik zákazník zakaznik uživatel uzivatel vásárló felhasználó
  lietotājs klients vartotojas klientas asiakas käyttäjä χρήστης πελάτης
  ユーザー ユーザ 会員 顧客 사용자 회원 고객 مستخدم عميل`);

/** Sessions and devices: a user only if there is no better column. */
const WEAK_USERS = words(
  `session sessions sessionid device cookie ip fingerprint username screenname login email mail profile profiles
  profil profilo perfil профиль プロフィール プロファイル`,
);

const ITEMS = words(`item items product products article articles movie movies film films artist
  artists song songs track tracks album albums book books video videos game games sku asin isbn
  isbn13 isbn10 ean ean13 upc gtin mpn stock stockcode itemid productid movieid anime manga recipe
  recipes podcast episode course courses show series listing business restaurant venue poi
  lineitem place places hotel app application offer offers job jobs iid pid
  artikel artikelnummer produkt produkte buch bücher buecher filme titelnummer ware
  producto productos articulo artículo libro libros pelicula película produit produits livre livres
  oeuvre prodotto prodotti articolo libri boek boeken produkty towar książka ksiazka vara
  varer bok böcker ürün urun товар товары книга фильм 商品 商品id 物品 产品 電影 电影 图书 作品 アイテム
  สินค้า ภาพยนตร์ หนังสือ artikl proizvod výrobek zboží termék tuote prece prekė προϊόν
  製品 상품 아이템 영화 منتج appid appids subreddit номенклатура артикул товара фильма`);

/** Items in some files, attributes of items in others. */
const WEAK_ITEMS = words(
  `content document documents doc docs news page pages url post posts story stories variant question
  location locations`,
);

const OTHERS = words(
  `order orders invoice invoices invoiceno review reviews basket baskets cart carts
  transaction transactions payment payments ticket receipt row rows line lines index record entry log
  category categories subcategory department channel channels store stores shop seller sellers vendor
  supplier merchant brand brands manufacturer publisher country countries region state city zip
  postcode currency campaign coupon warehouse group groups segment cluster genre genres tag tags color
  colour language lang image img picture photo thumbnail link website phone author playlist playlists address gender
  sex age occupation job_title source platform browser os query search request shipment delivery
  rechnung rechnungsnummer bestellung bestellnummer auftrag auftragsnummer beleg kasse filiale bewertungsnummer
  kategorie marke land stadt pedido factura resena reseña tienda categoría categoria marca país
  commande facture avis magasin catégorie categorie marque pays ordine fattura recensione negozio
  bestelling factuur winkel merk zamówienie zamowienie faktura kategoria ordre sipariş siparis
  заказ отзыв категория 订单 订单号 评论 类别 品牌 注文 カテゴリ 주문 카테고리`,
);

const IDENTIFIERS = words(
  `id ids key code no nr num number uid uuid guid hash unique uniq sk nummer número
  numero numéro номер código codigo kod kode код 编号 編號 番号 번호 コード 编码 코드 cod`,
);
const TITLES = words(
  `title titles name names headline titel titulo título titre titolo nombre nome nom naam
  bezeichnung navn namn nazwa tytuł tytul isim başlık baslik название наименование имя 名称 名稱 标题 名前 名 タイトル 제목 이름 명`,
);
const DESCRIPTIONS = words(
  `description desc text body summary abstract plot overview synopsis beschreibung
  descripcion descripción descrizione omschrijving opis comment comments   описание 描述 説明`,
);
const TIMES = words(
  `time timestamp date datetime ts dat day at when created watched rated played purchased
  zeit zeitstempel datum uhrzeit fecha hora data heure horodatage tijd czas dato tid tarih zaman
  วันที่ เวลา dátum datumas datums päivämäärä ημερομηνία
  дата время период 时间 時間 日期 日時 日付 日 날짜 시간 일자 일시 endtime starttime`,
);
const RATINGS = words(
  `rating ratings score scores stars star rate rated_value overall grade vote votes
  preference reaction_score bewertung note sterne puntuacion puntuación valoracion valoración
  calificacion évaluation evaluation voto valutazione beoordeling waardering ocena betyg vurdering
  nps csat คะแนน ocjena hodnocení hodnotenie értékelés arvosana vērtējums įvertinimas βαθμολογία
  schulnote zensur puan оценка рейтинг 评分 評価 평점`,
);
const COUNTS = words(
  `play plays playcount count counts quantity qty weight weights frequency listens
  listencount views viewcount times hours minutes seconds hrs mins secs units unidades sold menge anzahl cantidad quantité quantite
  quantità quantita aantal ilość ilosc antal miktar количество 数量 수량 total_events
  clicks purchases downloads streams scrobbles visits wiedergaben klicks käufe aufrufe écoutes clics
  จำนวน količina kolicina množství mennyiség cantitate määrä daudzums kiekis ποσότητα
  playtime watchtime viewtime listentime listeningtime dwelltime
  reproducciones compras ascolti cliques odtworzenia прослушивания просмотры 播放次数 再生回数 数 個数 件数 回数`,
);
const ANSWERS = words(
  `like liked likes click clicked is_click purchased bought label target favorite
  favourite favorited thumbs thumb feedback implicit relevance
  recommended recommend recommendation recommends upvoted votedup isliked loved love reaction
  opinion sentiment verdict swipe
  gefällt gefaellt gefallen mag empfohlen empfehlung weiterempfehlung daumen favorit
  gemocht mögen moegen beliebt jaime aime aimé recommandé recommande recommandation pouce
  gusta megusta gustó recomendado recomienda recomendación recomendacion
  gostou gostei curtiu curtir curtida recomenda recomendação
  mipiace piace piaciuto consigliato leuk vindikleuk aanbevolen aanrader
  lubię lubie polecam polecane gillar gilla gillade rekommenderar rekommenderas
  liker likt anbefalt anbefaler beğendi begendi beğeni begeni tavsiye
  нравится понравилось лайк лайки рекомендую рекомендует подобається рекомендовано
  喜欢 喜歡 点赞 點讚 推荐 推薦 收藏 いいね お気に入り おすすめ 好き 좋아요 추천 찜 إعجاب أعجبني אהבתי suka`,
);
/** Words for who wrote an item, or in a file of posts and comments the user. */
const WRITERS = words(`author authors poster writer autor autore auteur автор 作者`);
/** Words for what may tell a rejection from a use: its values decide. */
const STATES = words(
  `status state stage outcome result response decision reaction feedback sentiment opinion verdict
  swipe choice zustand ergebnis reaktion meinung statut état etat résultat réaction estado resultado
  reacción reaccion opinión estado reação stato esito reazione toestand resultaat reactie stan wynik
  reakcja tillstånd resultat reaktion tilstand durum sonuç tepki статус состояние результат реакция
  стан реакція 状态 狀態 结果 反应 状態 結果 反応 ステータス 상태 결과 반응 حالة סטטוס`,
);
/** Words for a rating by others than the row's user: of critics, or an average. */
const AGGREGATES = words(
  `average avg mean median imdb tmdb metacritic metascore goodreads community critic critics press
  public global weighted bayesian durchschnitt durchschnittliche mittlere mittel
  moyenne moyen media medio promedio gemiddelde średnia srednia genomsnitt snitt gjennomsnitt
  ortalama средний средняя среднее середня 平均 平均分 평균 predicted prediction expected`,
);
/** Words for what a rating is of, besides the item. */
const ASPECTS = words(
  `shipping delivery service services staff seller sellers vendor driver courier packaging packing
  location cleanliness room rooms ambience ambiance atmosphere value price communication checkin
  support helpfulness sleep comfort versand lieferung livraison envío envio spedizione verzending
  dostawa доставка 配送 物流`,
);
/** Words for numbers of which the least is the best. */
const LOW_BEST = words(
  `rank ranking ranks position pos placement rang platz platzierung classement
  posición posicion puesto posizione posição plaats pozycja miejsce placering plassering sıra место
  позиция место місце 排名 名次 順位 순위`,
);
/** Words for the user's own rating. */
const OWN = words(`my your own user meine mein ma mon mi mio minha моя ваша 我的 私の 내`);
const EVENTS = words(
  `event events action actions behavior behaviour interaction activity verb eventtype
  eventname ereignis aktion evento acción accion événement azione gebeurtenis zdarzenie
  событие действие 行为 事件 イベント 행동 이벤트`,
);
const ATTRIBUTES = words(`price prices cost amount total revenue discount tax value unit currency
  lat latitude lon lng longitude x y year month week weekday hour dow age length size width height
  rank position page_no budget runtime duration helpful helpfulness verified percent ratio share
  preis betrag precio prix prezzo prijs cena pris fiyat цена 价格 価格 가격 type types kind class
  status state flag freight popularity average mean`);

/** Times of something other than the interaction. */
const OTHER_TIMES = words(`release released birth born updated modified shipping shipped delivery
  delivered limit estimated approved signup registration registered published expiry expires end
  due last`);

/** Units of time, of which a column has a number. */
const DURATIONS = words(`hours minutes seconds hrs mins secs stunden minuten heures horas minutos`);

/** Whose and what opinion a rating column has, by its name. */
export interface OpinionName {
  /** By others than the row's user, or an average. */
  isAggregate: boolean;
  /** Of a part of the purchase, such as its shipping. */
  isOfAspect: boolean;
  isOwn: boolean;
  /** Whether the least number is the best, as of ranks. */
  isLowBest: boolean;
  /** Whether its values may tell rejections from uses, as those of a status. */
  isState: boolean;
}

/** Returns what a column's name says about opinions in it. */
export function readOpinionName({ words }: Pick<ColumnName, "words">): OpinionName {
  const has = (set: ReadonlySet<string>) =>
    words.some((word) => set.has(word)) || set.has(words.join(""));
  return {
    isAggregate: has(AGGREGATES),
    isOfAspect: has(ASPECTS),
    isOwn: has(OWN),
    isLowBest: has(LOW_BEST),
    isState: has(STATES),
  };
}

/** Whether a column names who wrote something: the user where no other column does. */
export function isWriter({ words }: Pick<ColumnName, "words">): boolean {
  return words.some((word) => WRITERS.has(word));
}

/** Whether a name carries no meaning: `column3`, `c`, `V1`. */
export function isNameless(name: string): boolean {
  return /^((column|col|field|unnamed|var|feature)[ :_]*\d*|_?[cvx]?\d+|\p{L}\d?)$/iu.test(
    name.trim(),
  );
}

/** Parses a column's name into entity and quality. */
export function readColumnName(name: string): ColumnName {
  const parts = wordsOf(name);
  const all = [...parts, parts.join("")];
  const base = { name, words: parts, certainty: 1 };
  const last = parts.at(-1) ?? "";
  const quality = qualityOf(parts, last);
  // The noun precedes the word of an identifier or title: product in product_id.
  const nouns = parts.filter((word) =>
    !IDENTIFIERS.has(word) && !TITLES.has(word) && !DESCRIPTIONS.has(word)
  );
  const head = nouns.at(-1) ?? "";
  const noun = [head, parts.join("")].find((word) => word !== "" && entityOf(word)) ??
    nouns.find((word) => entityOf(word)?.entity === "other");
  const found = noun === undefined ? undefined : entityOf(noun);
  if (quality === "time") {
    const other = parts.some((word) => OTHER_TIMES.has(word));
    return { ...base, quality, certainty: other ? 0.2 : 1 };
  }
  if (parts.length > 1 && quality === undefined && all.some((word) => WEAK_USERS.has(word))) {
    return { ...base, entity: "user", noun, certainty: 0.4 };
  }
  if (!found) return { ...base, ...(quality && { quality }) };
  // The item of an order may be the order's line.
  const isOfAnother = found.entity === "item" && nouns.some((word) => OTHERS.has(word));
  if (isOfAnother) found.certainty *= 0.5;
  return { ...base, ...found, noun, ...(quality && { quality }) };
}

function entityOf(word: string): { entity: Entity; certainty: number } | undefined {
  if (USERS.has(word)) return { entity: "user", certainty: 1 };
  if (ITEMS.has(word)) return { entity: "item", certainty: 1 };
  if (WEAK_USERS.has(word)) return { entity: "user", certainty: 0.4 };
  if (WEAK_ITEMS.has(word)) return { entity: "item", certainty: 0.5 };
  if (OTHERS.has(word)) return { entity: "other", certainty: 1 };
  return undefined;
}

function qualityOf(parts: string[], last: string): Quality | undefined {
  const is = (set: ReadonlySet<string>) => set.has(last) || set.has(parts.join(""));
  if (parts.some((word) => EVENTS.has(word)) && !is(TIMES) && !is(IDENTIFIERS) && !is(COUNTS)) {
    return "event";
  }
  // Of two words for times the first is what is counted: hours played.
  if (parts.length > 1 && DURATIONS.has(parts[0]) && TIMES.has(last)) return "count";
  if (is(TIMES)) return "time";
  if (is(IDENTIFIERS)) return "identifier";
  if (is(TITLES)) return "title";
  if (is(DESCRIPTIONS)) return "description";
  if (is(RATINGS)) return "rating";
  if (is(COUNTS)) return "count";
  if (is(ANSWERS)) return "answer";
  if (is(ATTRIBUTES)) return "attribute";
  // Languages whose adjective follows the noun: fecha pedido.
  if (TIMES.has(parts[0])) return "time";
  return undefined;
}

/**
 * Removes keys that say nothing: the types that MongoDB writes, `user.$oid`,
 * `date.$date.$numberLong`, and the value of an object, `rating.value`.
 */
function withoutTypes(name: string): string {
  const own = name.replace(/(?<=.)\.value$/i, "");
  if (own !== name) return own;
  const at = name.indexOf(".$");
  return at > 0 && /^(?:\.\$\w+)+$/.test(name.slice(at)) ? name.slice(0, at) : name;
}

/** Splits a name: `customerUniqueID`, `customer-unique_id` and `Customer Unique ID` are equal. */
function wordsOf(name: string): string[] {
  const parted = streamSafe(withoutTypes(name)).normalize("NFC")
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, "$1 $2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2");
  const parts = parted.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return parts.flatMap(uncompounded);
}

const COMPOUND =
  /^(\p{L}{3,}?)(ids?|no|nr|code|key|number|nummer|names?|titles?|title|titel|time|date|datum|type|rating|count)$/u;

/** Chinese, Japanese and Korean names are not parted by blanks: 会員ID, 商品コード, 購入日. */
const JOINED =
  /^([\p{sc=Han}\p{sc=Katakana}\p{sc=Hiragana}\p{sc=Hangul}ー]{2,}?)(id|コード|番号|编号|編號|编码|名称|名稱|名前|名|日時|日付|日期|时间|時間|日|個数|回数|数量|数|코드|번호|명|일자|일시|일|수량)$/u;

/** Splits a compound such as `trackname`, if its first part is known. */
function uncompounded(word: string): string[] {
  const [, stem, suffix] = JOINED.exec(word) ?? [];
  if (stem !== undefined && !isKnownWord(word)) {
    if (entityOf(stem) || TIMES.has(suffix) || COUNTS.has(suffix)) return [stem, suffix];
  }
  const [, before, after] = COMPOUND.exec(word) ?? [];
  const isKnown = before !== undefined && (entityOf(before) || EVENTS.has(before));
  return isKnown ? [before, after] : [word];
}

function isKnownWord(word: string): boolean {
  return entityOf(word) !== undefined ||
    [TIMES, IDENTIFIERS, TITLES, RATINGS, COUNTS, ANSWERS, EVENTS].some((set) => set.has(word));
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/).filter((word) => word !== ""));
}
