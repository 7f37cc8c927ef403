/** Ports of the services on this machine. */
import { isFree } from "../ops/processes/free_port.ts";
import { PORTS, type Ports } from "./services.ts";

/**
 * Returns the ports set by the environment, else the defaults.
 * @throws {Error} if a variable is not a port
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
 * Checks that the ports are free and distinct.
 * @param wanted ports by the variable that sets each
 * @throws {Error} with all conflicts and how to resolve them
 */
export function claimPorts(wanted: Record<string, number>): void {
  const faults = Object.entries(wanted).flatMap(([variable, port], i, all) => {
    const twin = all.slice(0, i).find(([, other]) => other === port);
    if (twin) return [`${variable} and ${twin[0]} have the same port, ${port}.`];
    return isFree(port) ? [] : [
      `Port ${port} is in use by another program. Stop it, or choose another port: ${variable}=${
        port + 1000 > 65535 ? port - 1000 : port + 1000
      } deno task dev`,
    ];
  });
  if (faults.length > 0) throw new Error(faults.join("\n"));
}
