/** Logs one line. */
export type Log = (
  entry: { level: "info" | "error"; message: string; [member: string]: unknown },
) => void;

/** Returns a log that prints JSON lines with a service's name: "trainer", "housekeeping". */
export function trainerLog(service: string): Log {
  return (entry) =>
    console.log(JSON.stringify({ time: new Date().toISOString(), service, ...entry }));
}
