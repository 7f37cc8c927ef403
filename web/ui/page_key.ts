/** The publishable key that was made last, as long as the dashboard is open; it is stored nowhere. */
import { signal } from "@preact/signals";

export interface PageKey {
  apiKey: string;
  /** Ids of the projects that it opens; null for all. */
  projects: number[] | null;
}

export const pageKey = signal<PageKey | null>(null);

/** Returns the key if it opens the project. */
export function pageKeyOf(project: number): string | undefined {
  const made = pageKey.value;
  return made && (made.projects?.includes(project) ?? true) ? made.apiKey : undefined;
}
