/** The roles that the migrations make: neither superuser nor owner of a table. */
export type DatabaseRole = "airec_service" | "airec_trainer";

/**
 * A database's URL for connections that take on a role when they begin; one that the URL names
 * already stays.
 */
export function connectedAs(databaseUrl: string, role: DatabaseRole): string {
  const url = new URL(databaseUrl);
  if (!url.searchParams.has("role")) url.searchParams.set("role", role);
  return url.href;
}
