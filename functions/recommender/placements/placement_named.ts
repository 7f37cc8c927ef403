import { nearestName } from "../../http/nearest_name.ts";
import { Problem } from "../../http/problem.ts";
import type { NamedPlacement } from "../model/placements/placement.ts";

/**
 * Returns the placement with a name.
 * @throws {Problem} 404 that names the nearest one.
 */
export function placementNamed(
  placements: readonly NamedPlacement[],
  name: string,
): NamedPlacement {
  const found = placements.find((one) => one.name === name);
  if (found) return found;
  const names = placements.map(({ name }) => name);
  const nearest = nearestName(name, names);
  const hint = nearest ? `did you mean "${nearest}"?` : `it has ${names.join(", ") || "none"}.`;
  throw new Problem("not_found", `The project has no placement "${name}"; ${hint}`, {
    members: { nearest: nearest ? [nearest] : names },
  });
}
