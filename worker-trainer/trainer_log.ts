/** A line of the trainer's log. */
export type Log = (
  entry: { level: "info" | "error"; message: string; [member: string]: unknown },
) => void;

/** Prints lines of JSON under a service's name: "trainer", "housekeeping". */
export function trainerLog(service: string): Log {
  return (entry) =>
    console.log(JSON.stringify({ time: new Date().toISOString(), service, ...entry }));
}
