/** Ports of this machine: chosen by the environment, and free. */
import { isFree } from "./free_port.ts";
import { PORTS, type Ports } from "./services.ts";

/**
 * The ports that the environment names, else the usual ones.
 * @throws {Error} that names a variable that holds no port.
 */
export function chosenPorts(environment: Record<string, string>): Ports {
  const entries = Object.entries(PORTS).map(([name, { variable, standard }]) => {
    const text = environment[variable] || String(standard);
    const port = Number(text);
    if (!/^\d+$/.test(text) || port < 1 || port > 65535) {
      throw new Error(`${variable} must be a port from 1 to 65535, but it is "${text}".`);
    }
    return [name, port];
  });
  return Object.fromEntries(entries);
}

/**
 * Makes sure that all are free and different.
 * @param wanted by the variable that chooses each.
 * @throws {Error} that names every taken one and what to do.
 */
export function claimPorts(wanted: Record<string, number>): void {
  const faults = Object.entries(wanted).flatMap(([variable, port], i, all) => {
    const twin = all.slice(0, i).find(([, other]) => other === port);
    if (twin) return [`${variable} and ${twin[0]} both name port ${port}.`];
    return isFree(port) ? [] : [
      `Port ${port} is taken by another program. End that one, or choose another port: ${variable}=${
        port + 1000 > 65535 ? port - 1000 : port + 1000
      } deno task dev`,
    ];
  });
  if (faults.length > 0) throw new Error(faults.join("\n"));
}
