import { assertEquals, assertStringIncludes } from "@std/assert";
import { foreignFormat } from "./foreign_formats.ts";

Deno.test("formats that are no tables are refused by what they look like", () => {
  const cases: [text: string, said: string][] = [
    ["{'user': 'u1', 'item': 7}\n{'user': 'u2', 'item': 8}\n", "Python dictionaries"],
    ["[{u'user': 1}]", "Python dictionaries"],
    [
      '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /item/7 HTTP/1.0" 200 2326\n',
      "log of a web server",
    ],
    ["1:\n1488844,3,2005-09-06\n822109,5,2005-05-13\n", "Netflix Prize"],
    ["-- PostgreSQL dump\n\nSET timeout = 0;\n", "SQL"],
    ["INSERT INTO `ratings` VALUES (1,2,3);\n", "SQL"],
    ["% comment\n@relation ratings\n@attribute a numeric\n", "ARFF"],
    ["1 3:0.5 7:1\n0 2:1 9:4\n", "libsvm"],
    ["<?xml version='1.0'?>", "HTML or XML"],
    ["<table><tr><td>1</td></tr></table>", "HTML or XML"],
  ];
  for (const [text, said] of cases) assertStringIncludes(foreignFormat(text) ?? "", said, text);
});

Deno.test("tables are none of them", () => {
  const texts = [
    "user,item,rating\n1,2,3\n",
    "1:2:3\n2:3:4\n",
    "1::2::5\n",
    "1 2 3\n4 5 6\n",
    "set,item\na,b\n",
    "title\n'Salem's Lot\n",
    "begin,end\n1,2\n",
    "{Drama,Crime};x\n",
    "1;[10/Oct/2000]\n",
  ];
  for (const text of texts) assertEquals(foreignFormat(text), undefined, text);
});
