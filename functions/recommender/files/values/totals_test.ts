import { assertEquals } from "@std/assert";
import { isComputed, isSum, isTotal } from "./totals.ts";

Deno.test("rows and columns of totals are known by their names", () => {
  const sums = [
    "Total",
    "TOTAL:",
    "Grand Total",
    "Summe",
    "Итого",
    "合计",
    "합계",
    "Toplam",
    "Razem",
  ];
  for (const name of sums) assertEquals([isTotal(name), isSum(name)], [true, true], name);
  for (const name of ["Average", "Mittelwert", "Moyenne", "Среднее", "平均"]) {
    assertEquals([isTotal(name), isSum(name), isComputed(name)], [true, false, true], name);
  }
  for (const name of ["Total Recall", "u1", "", "Mean Girls", "17", "Sum 41"]) {
    assertEquals([isTotal(name), isSum(name), isComputed(name)], [false, false, false], name);
  }
  assertEquals([isTotal("max"), isComputed("max")], [false, true]);
});
