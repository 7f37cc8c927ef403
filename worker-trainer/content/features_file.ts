/**
 * The file of an artifact with the texts of the items as vectors, and what it takes to compare
 * further items with them. Only the trainer reads it; docs/artifact.md describes it.
 */
import {
  decodeSafetensors,
  encodeSafetensors,
  metadataOf,
  type Tensor,
} from "../../functions/recommender/model/artifact/safetensors.ts";
import type { SparseRows } from "../../functions/recommender/model/model.ts";
import { IdTable } from "../dataset/id_table.ts";
import type { FieldForm } from "./features.ts";
import type { TermWeighting, TextComparison } from "./term_weights.ts";

/** Texts of a model's items as vectors. */
export interface ModelContent {
  /** Items × terms; rows have length 1. */
  features: SparseRows;
  comparison: TextComparison;
  /** Mean of the items' largest cosines. */
  scale: number;
}

/** The file's metadata, as JSON. */
interface Described {
  items: number;
  scale: number;
  shrinkage: number;
  fields: { form: FieldForm; weight: number; weighting: TermWeighting; length: number }[];
}

/** Encodes the file. */
export function encodeFeatures(
  { features, comparison: { fields, norms, shrinkage }, scale }: ModelContent,
): Uint8Array<ArrayBuffer> {
  const described: Described = {
    items: norms.length,
    ...{ scale, shrinkage },
    fields: fields.map(({ form, weight, statistics: { weighting, length } }) => ({
      ...{ form, weight, weighting, length },
    })),
  };
  const tensors: Record<string, Tensor> = {
    norms,
    "features.offsets": features.offsets,
    "features.columns": features.columns,
    "features.values": features.values,
  };
  fields.forEach(({ statistics: { columns, counts } }, f) => {
    const { bytes, offsets } = packed(columns.texts());
    tensors[`fields.${f}.terms.bytes`] = bytes;
    tensors[`fields.${f}.terms.offsets`] = offsets;
    tensors[`fields.${f}.counts`] = counts;
  });
  return encodeSafetensors(tensors, { content: JSON.stringify(described) });
}

/** Decodes the file. */
export function decodeFeatures(file: Uint8Array): ModelContent {
  const { items, scale, shrinkage, fields }: Described = JSON.parse(metadataOf(file).content);
  const arrays = decodeSafetensors(file);
  return {
    features: {
      offsets: arrays["features.offsets"] as Uint32Array,
      columns: arrays["features.columns"] as Uint32Array,
      values: arrays["features.values"] as Float32Array,
    },
    comparison: {
      fields: fields.map(({ form, weight, weighting, length }, f) => ({
        ...{ form, weight },
        statistics: {
          ...{ kind: form.kind, weighting, items, length },
          columns: unpacked({
            bytes: arrays[`fields.${f}.terms.bytes`] as Uint8Array,
            offsets: arrays[`fields.${f}.terms.offsets`] as Uint32Array,
          }),
          counts: arrays[`fields.${f}.counts`] as Uint32Array,
        },
      })),
      norms: arrays.norms as Float64Array,
      shrinkage,
    },
    scale,
  };
}

/** Texts as UTF-8: text `i` is `bytes[offsets[i] .. offsets[i + 1]]`. */
interface Packed {
  bytes: Uint8Array;
  offsets: Uint32Array;
}

function packed(texts: string[]): Packed {
  const encoder = new TextEncoder();
  const units = texts.reduce((sum, text) => sum + text.length, 0);
  // A UTF-16 unit has at most 3 bytes in UTF-8.
  const bytes = new Uint8Array(3 * units);
  const offsets = new Uint32Array(texts.length + 1);
  texts.forEach((text, i) => {
    offsets[i + 1] = offsets[i] + encoder.encodeInto(text, bytes.subarray(offsets[i])).written;
  });
  return { bytes: bytes.slice(0, offsets.at(-1)), offsets };
}

function unpacked({ bytes, offsets }: Packed): IdTable {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const table = new IdTable();
  for (let i = 0; i + 1 < offsets.length; i++) {
    table.add(decoder.decode(bytes.subarray(offsets[i], offsets[i + 1])));
  }
  return table;
}
