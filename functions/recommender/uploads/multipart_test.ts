import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Problem } from "../../http/problem.ts";
import { type FilePart, readMultipart } from "./multipart.ts";

const BOUNDARY = "----airec";
const CSV = "id,title\r\n1,Heat\r\n--\r\n------aire\r\n2,Alien\r\n";

/** A form with a field, a file, another field and a second file. */
const BODY = new TextEncoder().encode(
  [
    part('name="project_name"', "Films – été"),
    part('name="content_file"; filename="films.csv"', CSV),
    part('name="note"', ""),
    part('name="interaction_file"; filename="empty.csv"', ""),
    `--${BOUNDARY}--\r\n`,
  ].join(""),
);

function part(disposition: string, content: string): string {
  return `--${BOUNDARY}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`;
}

function requestOf(chunks: Uint8Array[], { contentType }: { contentType?: string } = {}): Request {
  return new Request("http://service.test/", {
    method: "POST",
    headers: { "content-type": contentType ?? `multipart/form-data; boundary=${BOUNDARY}` },
    body: ReadableStream.from(chunks),
  });
}

/** Reads a form into memory. */
async function read(request: Request, limitBytes = 1_000_000) {
  const fields: Record<string, string> = {};
  const files: Record<string, string> = {};
  const failed: string[] = [];
  await readMultipart(request, {
    limitBytes,
    onField(name, value) {
      fields[name] = value;
    },
    async onFile({ name, fileName, content }: FilePart) {
      try {
        files[`${name}:${fileName}`] = await new Response(content as BodyInit).text();
      } catch {
        failed.push(name);
      }
    },
  }).catch((error) => {
    throw Object.assign(error, { failed });
  });
  return { fields, files };
}

const WHOLE = {
  fields: { project_name: "Films – été", note: "" },
  files: { "content_file:films.csv": CSV, "interaction_file:empty.csv": "" },
};

Deno.test("a form is parsed with a chunk boundary at any position", async () => {
  for (let at = 0; at <= BODY.length; at++) {
    assertEquals(await read(requestOf([BODY.slice(0, at), BODY.slice(at)])), WHOLE, `cut at ${at}`);
  }
});

Deno.test("a form is parsed in chunks of any length, down to one byte", async () => {
  for (let length = 1; length <= 40; length++) {
    const pieces = [];
    for (let at = 0; at < BODY.length; at += length) pieces.push(BODY.slice(at, at + length));
    assertEquals(await read(requestOf(pieces)), WHOLE, `pieces of ${length}`);
  }
});

Deno.test("a form truncated at any position is malformed", async () => {
  for (let end = 0; end < BODY.length - 4; end++) {
    const error = await assertRejects(() => read(requestOf([BODY.slice(0, end)])), Problem);
    assertEquals(error.code, "malformed_request", `ends at ${end}`);
  }
});

Deno.test("a broken connection fails the file being read", async () => {
  const broken = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(BODY.slice(0, 180));
      controller.error(new Error("connection reset"));
    },
  }, { highWaterMark: 0 });
  const request = new Request("http://service.test/", {
    method: "POST",
    headers: { "content-type": `multipart/form-data; boundary=${BOUNDARY}` },
    body: broken,
  });
  const error = await assertRejects(() => read(request), Problem);
  assertEquals(error.code, "malformed_request");
});

Deno.test("the first chunk over the limit is 413, and nothing after it is read", async () => {
  let pulls = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(
        pulls++ === 0
          ? new TextEncoder().encode(part('name="content_file"; filename="a.csv"', "").slice(0, -2))
          : new Uint8Array(1000).fill(97),
      );
    },
  }, { highWaterMark: 0 });
  const request = new Request("http://service.test/", {
    method: "POST",
    headers: { "content-type": `multipart/form-data; boundary=${BOUNDARY}` },
    body: endless,
  });
  const error = await assertRejects(() => read(request, 10_000), Problem);
  assertEquals(error.code, "too_large");
  assertStringIncludes(error.message, "10000 bytes");
  assertEquals((error as Problem & { failed: string[] }).failed, ["content_file"]);
  assertEquals(pulls <= 13, true, `${pulls} chunks were read`);
});

Deno.test("a Content-Length over the limit is rejected before anything is read", async () => {
  const request = new Request("http://service.test/", {
    method: "POST",
    headers: {
      "content-type": `multipart/form-data; boundary=${BOUNDARY}`,
      "content-length": "10001",
    },
    body: "x",
  });
  assertEquals((await assertRejects(() => read(request, 10_000), Problem)).code, "too_large");
});

Deno.test("another content type is 415, and a form without a boundary 400", async () => {
  const code = async (contentType: string) =>
    (await assertRejects(() => read(requestOf([BODY], { contentType })), Problem)).code;
  assertEquals(await code("application/json"), "unsupported_media_type");
  assertEquals(await code("multipart/mixed; boundary=x"), "unsupported_media_type");
  assertEquals(await code("multipart/form-data"), "malformed_request");
});

Deno.test("a reader that fails stops the form with its error", async () => {
  const endless = ReadableStream.from((function* () {
    yield BODY.slice(0, 180);
    for (;;) yield new Uint8Array(65536).fill(97);
  })());
  const request = new Request("http://service.test/", {
    method: "POST",
    headers: { "content-type": `multipart/form-data; boundary=${BOUNDARY}` },
    body: endless,
  });
  const reading = readMultipart(request, {
    limitBytes: Infinity,
    onField() {},
    onFile: () => Promise.reject(new Error("no room left")),
  });
  await assertRejects(() => reading, Error, "no room left");
});

Deno.test("a slow reader applies backpressure", async () => {
  let sent = 0;
  const endless = ReadableStream.from((function* () {
    yield BODY.slice(0, 180);
    for (;;) {
      sent += 65536;
      yield new Uint8Array(65536).fill(97);
    }
  })());
  const request = new Request("http://service.test/", {
    method: "POST",
    headers: { "content-type": `multipart/form-data; boundary=${BOUNDARY}` },
    body: endless,
  });
  const stalled = Promise.withResolvers<void>();
  const reading = readMultipart(request, {
    limitBytes: Infinity,
    onField() {},
    async onFile({ content }) {
      await content.getReader().read();
      await stalled.promise;
      throw new Error("enough");
    },
  });
  const timer = setTimeout(stalled.resolve, 50);
  await assertRejects(() => reading, Error, "enough");
  clearTimeout(timer);
  assertEquals(sent < 1_000_000, true, `${sent} bytes were taken`);
});

Deno.test("a text field that is too long is named", async () => {
  const body = new TextEncoder().encode(
    part('name="project_name"', "x".repeat(70_000)) + `--${BOUNDARY}--\r\n`,
  );
  const error = await assertRejects(() => read(requestOf([body])), Problem);
  assertEquals([error.code, error.extras.errors?.[0].pointer], ["invalid_input", "/project_name"]);
});

Deno.test("a reader's own error is reported when it stops early", async () => {
  const giveUp = async ({ content }: FilePart) => {
    for await (const chunk of content) {
      if (chunk.length > 0) throw new Error("that was enough");
    }
  };
  const form = requestOf([BODY.slice(0, 300), BODY.slice(300)]);
  const options = { limitBytes: 1_000_000, onField() {}, onFile: giveUp };
  await assertRejects(() => readMultipart(form, options), Error, "that was enough");
});

Deno.test("content left unread by a reader is skipped", async () => {
  const names: string[] = [];
  await readMultipart(requestOf([BODY]), {
    limitBytes: 1_000_000,
    onField: (name) => void names.push(name),
    onFile: ({ name, content }) => {
      names.push(name);
      return content.cancel();
    },
  });
  assertEquals(names, ["project_name", "content_file", "note", "interaction_file"]);
});
