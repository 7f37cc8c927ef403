/**
 * Returns a log line for display: a JSON entry as its message and relevant members, any other line
 * unchanged.
 */
export function logLine(line: string): string {
  const entry = entryIn(line);
  if (!entry) return line;
  const { level, message, service: _, request_id: __, time: ___, stack, ...members } = entry;
  const rest = Object.entries(members).map(([name, value]) =>
    `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`
  );
  const text = [level === "error" ? "ERROR" : "", message, ...rest].filter(Boolean).join("  ");
  return stack ? `${text}\n${stack}` : text;
}

function entryIn(line: string): Record<string, unknown> | null {
  if (!line.startsWith("{")) return null;
  try {
    const entry = JSON.parse(line);
    return typeof entry.message === "string" ? entry : null;
  } catch {
    return null;
  }
}
