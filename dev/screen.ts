/** Start-up summary that `task dev` prints. */
import type { Demo } from "./demo.ts";
import { address, type Ports } from "./services.ts";

export interface ScreenFacts {
  ports: Ports;
  /** Path of the home. */
  home: string;
  /** Demo account, or null if it could not be created. */
  demo: Demo | null;
  /** Name of the database. */
  database: string;
  /** Whether onnxruntime loads on this machine. */
  gemm: boolean;
  /** URL of the MLflow server, or null for the local registry. */
  mlflow: string | null;
}

/** Returns the text of the summary. */
export function screen({ ports, home, demo, database, gemm, mlflow }: ScreenFacts): string {
  const rows: [string, string][] = [
    ["Dashboard", address("web", ports)],
    ["auth", `${address("auth", ports)}   (API: /docs)`],
    ["recommender", `${address("recommender", ports)}   (API: /docs)`],
    ["webhooks", `${address("webhooks", ports)}   (API: /docs)`],
    ["", ""],
    ["Demo login", demo ? `${demo.email}   ${demo.password}` : "none (see above)"],
    ["Demo pages", demoPages(demo)],
    ["Data", `${home}   (database: ${database})`],
    ["", ""],
    ["Native GEMM", gemm ? "on (onnxruntime)" : "off: onnxruntime is not available"],
    ["Models in", mlflow ? `MLflow at ${mlflow}` : "the local registry (MLflow: off, --mlflow)"],
    ["Webhooks", "loopback addresses allowed: for development only"],
  ];
  const text = rows.map(([name, value]) => `  ${name.padEnd(13)}${value}`.trimEnd());
  return ["", "AiREC is up. Press Ctrl-C to stop it.", "", ...text, ""].join("\n");
}

function demoPages(demo: Demo | null): string {
  if (!demo || demo.pages.length === 0) return "none yet: create them with deno task dev --demo";
  return demo.pages.join("\n" + " ".repeat(15));
}
