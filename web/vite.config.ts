/**
 * Vite configuration: development server (`vite web`) and build (`vite build web`).
 *
 * Generates `config.json`, the services' base URLs, and the sample data. A deployment may replace
 * the built `config.json`.
 */
import preact from "@preact/preset-vite";
import { defineConfig, loadEnv } from "vite";
import { madeFiles } from "./made_files.ts";
import { pageHeaders } from "./page_headers.ts";

export default defineConfig(({ mode }) => {
  const environment = loadEnv(mode, import.meta.dirname!, [
    "AUTH_",
    "WEBHOOKS_",
    "RECOMMENDER_",
    "WEB_PORT",
  ]);
  const address = (service: "AUTH" | "WEBHOOKS" | "RECOMMENDER", port: number) =>
    environment[`${service}_URL`] ??
      `http://localhost:${environment[`${service}_PORT`] ?? port}`;
  const addresses = {
    auth: address("AUTH", 8080),
    webhooks: address("WEBHOOKS", 3001),
    recommender: address("RECOMMENDER", 8000),
  };
  const films = () => import("../samples/films.ts").then(({ filmSample }) => filmSample());
  const music = () => import("../samples/music.ts").then(({ musicSample }) => musicSample());

  return {
    plugins: [
      preact({ prefreshEnabled: true, devToolsEnabled: false }),
      madeFiles({
        "config.json": () => JSON.stringify(addresses),
        "samples/films/items.csv": async () => (await films()).items,
        "samples/films/interactions.csv": async () => (await films()).interactions,
        "samples/music/items.csv": async () => (await music()).items,
        "samples/music/interactions.csv": async () => (await music()).interactions,
      }),
    ],
    server: {
      port: Number(environment.WEB_PORT ?? 5173),
      strictPort: true,
      headers: pageHeaders(addresses, { isDeveloping: true }),
    },
    // Next to the packages, outside of the sources.
    cacheDir: "../node_modules/.vite",
    // Vite does not scan workers. Without the second entry it finds the reader's packages when the
    // first file is chosen, and reloads the page, which loses the file.
    optimizeDeps: { entries: ["index.html", "upload/reader_worker.ts"] },
    worker: { format: "es" },
    // No inlined assets: the content security policy allows only files of this origin.
    build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, target: "es2023" },
  };
});
