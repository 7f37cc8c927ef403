/** Sample data sets of the dashboard, uploaded as projects. */
import { type UploadFile, type UploadOptions, uploadProject } from "../upload/upload.ts";
import { text } from "./projects_words.ts";

export interface Sample {
  name: string;
  files: () => Promise<UploadFile[]>;
}

/** Invented films with ratings. */
export const FILMS: Sample = {
  name: text.samples.films,
  files: async (): Promise<UploadFile[]> => [
    {
      kind: "CONTENT",
      file: await sampleFile("films", "items.csv"),
      mapping: { item_id: "film_id", item_title: "title", feature_col: ["genres", "year"] },
    },
    {
      kind: "INTERACTION",
      file: await sampleFile("films", "interactions.csv"),
      mapping: {
        user_id: "user_id",
        item_id: "film_id",
        rating: "rating",
        timestamp: "timestamp",
      },
    },
  ],
};

/** Invented artists with play counts. */
export const MUSIC: Sample = {
  name: text.samples.music,
  files: async (): Promise<UploadFile[]> => [
    {
      kind: "CONTENT",
      file: await sampleFile("music", "items.csv"),
      mapping: { item_id: "artist_id", item_title: "name", feature_col: ["tags"] },
    },
    {
      kind: "INTERACTION",
      file: await sampleFile("music", "interactions.csv"),
      mapping: { user_id: "listener_id", item_id: "artist_id", rating: "plays" },
    },
  ],
};

/** Creates a project from a sample; returns its id. */
export async function createSampleProject(
  { name, files }: Sample,
  options: UploadOptions,
): Promise<number> {
  return (await uploadProject({ name, files: await files() }, options)).id;
}

async function sampleFile(sample: string, name: string): Promise<File> {
  const response = await fetch(`/samples/${sample}/${name}`);
  if (!response.ok || response.headers.get("content-type")?.includes("html")) {
    throw new Error(text.noSamples);
  }
  return new File([await response.blob()], name, { type: "text/csv" });
}
