/** Receives a form: its files are stored as they arrive, and discarded if the form is not used. */
import { Problem } from "../../http/problem.ts";
import { invalidInput } from "../../http/service/service.ts";
import { CsvError } from "../files/csv_error.ts";
import { type FilePart, readMultipart } from "./multipart.ts";
import type { ReceivedFile, Receiving } from "./receiving.ts";
import { storeFile } from "./stored_file.ts";

export interface FormOptions extends Receiving {
  /** Fields read as text, each at most once; JSON may be sent as a file. */
  textFields: readonly string[];
  /** Fields stored as files, each at most once. Other fields are ignored and reported. */
  fileFields: readonly string[];
}

/** A form read to its end. */
export interface Form {
  fields: Map<string, string>;
  files: Map<string, ReceivedFile>;
}

/** A form whose files are stored but not yet referenced. */
export interface ReceivedForm {
  /** Calls `make` with the form; if it fails, the files are discarded. */
  use<Made>(make: (form: Form) => Promise<Made>): Promise<Made>;
}

const TEXT_BYTES = 64 * 1024;

/**
 * Reads a form. On failure no file stays stored.
 * @throws {Problem} 422 that names the invalid field; 400, 413, 415 or 507 for the body.
 */
export async function receiveForm(request: Request, options: FormOptions): Promise<ReceivedForm> {
  const { sha256, checkOf, discard, uploadLimitBytes, textFields, fileFields } = options;
  const known = [...textFields, ...fileFields];
  const fields = new Map<string, string>();
  const files = new Map<string, ReceivedFile>();
  const removeAll = async () => {
    for (const { storage_path } of files.values()) await discard(storage_path);
  };
  try {
    await readMultipart(request, {
      limitBytes: uploadLimitBytes,
      onField(name, value) {
        if (fileFields.includes(name) && value !== "") {
          throw invalidInput([{ pointer: `/${name}`, detail: "must be a file, not text" }]);
        }
        if (textFields.includes(name)) addOnce(fields, name, value);
        else if (!known.includes(name)) options.unknownField(name, known);
      },
      async onFile({ name, fileName, content }) {
        if (textFields.includes(name)) {
          return addOnce(fields, name, await textOf(name, content));
        }
        if (!fileFields.includes(name)) {
          options.unknownField(name, known);
          return await drain(content);
        }
        const storing = { ...options, sha256: sha256(), check: await checkOf() };
        const stored = await storeFile(content, storing).catch((error) => {
          if (!(error instanceof CsvError)) throw error;
          throw invalidInput([{ pointer: `/${name}`, detail: error.message }]);
        });
        // Browsers send an empty file without a name for an empty file input.
        if (fileName === "" && stored.bytes === 0) return await discard(stored.storage_path);
        try {
          addOnce(files, name, { ...stored, file_name: printable(fileName) });
        } catch (error) {
          await discard(stored.storage_path);
          throw error;
        }
      },
    });
  } catch (error) {
    await removeAll();
    throw error;
  }
  return {
    async use(make) {
      try {
        return await make({ fields, files });
      } catch (error) {
        if (!mayBeDone(error)) await removeAll();
        throw error;
      }
    },
  };
}

/** Removes control characters, of which Postgres does not store NUL, and truncates the name. */
export function printable(name: string): string {
  return name.replace(/\p{Cc}/gu, "").slice(0, 1000);
}

/** Whether the connection broke, so that a failed transaction may have been committed. */
export function mayBeDone(error: unknown): boolean {
  if (error instanceof Problem || !(error instanceof Error)) return false;
  // Socket errors of Workers have a message but no code.
  if (/^network connection lost/i.test(error.message)) return true;
  return /^(CONNECTION_(CLOSED|ENDED|DESTROYED)|ECONNRESET|EPIPE)$/.test(
    String((error as { code?: unknown }).code ?? ""),
  );
}

function addOnce<Value>(map: Map<string, Value>, name: string, value: Value): void {
  if (map.has(name)) {
    throw invalidInput([{ pointer: `/${name}`, detail: "must be sent only once" }]);
  }
  map.set(name, value);
}

/** Reads a text field sent as a file, as some clients send JSON. */
async function textOf(name: string, content: FilePart["content"]): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > TEXT_BYTES) {
      throw invalidInput([{ pointer: `/${name}`, detail: `must be at most ${TEXT_BYTES} bytes` }]);
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

async function drain(content: FilePart["content"]): Promise<void> {
  for await (const _ of content);
}
