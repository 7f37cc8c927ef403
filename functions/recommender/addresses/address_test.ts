import { assertEquals, assertThrows } from "@std/assert";
import { belongsTo, parseAddress } from "./address.ts";
import { AddressError } from "./address_error.ts";

Deno.test("an address is divided into what is fixed and its pattern", () => {
  const cases: [string, string, string, boolean][] = [
    ["file:///srv/data/ratings.csv", "", "srv/data/ratings.csv", false],
    ["file:///srv/data/", "", "srv/data", true],
    ["s3://lake", "lake", "", true],
    ["s3://lake/", "lake", "", true],
    ["s3://lake/shop/day=*/part-?.parquet", "lake", "shop", true],
    ["s3://lake/a%20b/Ö.csv", "lake", "a%20b/Ö.csv", false],
  ];
  for (const [text, bucket, fixed, isFolder] of cases) {
    const address = parseAddress(text);
    assertEquals(
      [address.bucket, address.fixed, address.isFolder],
      [bucket, fixed, isFolder],
      text,
    );
  }
});

Deno.test("what is no address, or could leave its folder, is refused", () => {
  const texts = [
    ...["", "ratings.csv", "/srv/data", "http://169.254.169.254/latest", "file://host/srv/a.csv"],
    ...["file:/srv/a.csv", "s3://", "s3://UPPER/a", "s3://a@b/c", "ftp://lake/a", "s3a://lake/a"],
    ...["file:///srv/../etc/passwd", "s3://lake/../other/a", "s3://lake/./a", "s3://lake//a"],
    ...["file:///srv/data/..", "file:///srv\\..\\etc", "s3://lake/a\u0000b", "s3://lake/a\nb"],
    `s3://lake/${"a".repeat(1000)}`,
  ];
  for (const text of texts) assertThrows(() => parseAddress(text), AddressError, undefined, text);
});

Deno.test("files belong to an address by name, folder or pattern", () => {
  const cases: [string, string, boolean][] = [
    ["s3://lake/a.csv", "a.csv", true],
    ["s3://lake/a.csv", "a.csv2", false],
    ["s3://lake/a.csv", "a.csv/part-0", true],
    ["s3://lake/shop/", "shop/2026/a.csv", true],
    ["s3://lake/shop/", "shop", false],
    ["s3://lake/shop/", "shop/_SUCCESS", false],
    ["s3://lake/shop/", "shop/_temporary/0/a.csv", false],
    ["s3://lake/shop/", "shop/.a.csv.crc", false],
    ["s3://lake/shop/*.csv", "shop/a.csv", true],
    ["s3://lake/shop/*.csv", "shop/b/a.csv", false],
    ["s3://lake/shop/*.{csv,json}", "shop/a.json", true],
    ["s3://lake/shop/day=*/[ab].csv", "shop/day=1/b.csv", true],
    ["s3://lake/shop/day=*/[ab].csv", "shop/day=1/c.csv", false],
    ["s3://lake/shop/*.csv", "shopping/a.csv", false],
  ];
  for (const [text, path, expected] of cases) {
    assertEquals(belongsTo(parseAddress(text), path), expected, `${text} and ${path}`);
  }
});
