/** Database roles that the migrations create; neither superuser nor owner of a table. */
export type DatabaseRole = "airec_service" | "airec_trainer";

/** Returns a database URL whose connections take on a role at start. A role in the URL is kept. */
export function connectedAs(databaseUrl: string, role: DatabaseRole): string {
  const url = new URL(databaseUrl);
  if (!url.searchParams.has("role")) url.searchParams.set("role", role);
  return url.href;
}
