/**
 * Which optional parts this machine has. Tests that need one are left out visibly where it is
 * missing; in CI (`AIREC_CI=1`) nothing is optional.
 *
 *     Deno.test({ name: "…", ignore: ignoreWithout("mlflow"), fn: … });
 *     if (!ignoreWithout("data")) Deno.test("…", …); // real data: not registered at all
 */
import { existsSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/**
 * `mlflow auth` is an MLflow that can ask for a password; `python` a Python that has MLflow, `python3`
 * any; `data` the folder of the real data sets; `small disk` the right to mount one that a test may fill.
 */
export type Part =
  | "chromium"
  | "mlflow"
  | "mlflow auth"
  | "php"
  | "python"
  | "python3"
  | "ruby"
  | "schemathesis"
  | "data"
  | "small disk";

const PARTS: Record<Part, { find: () => string | null; get: string }> = {
  chromium: {
    find: () =>
      named("AIREC_CHROMIUM") ??
        onPath("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    get: "install Chromium, or name its executable in AIREC_CHROMIUM",
  },
  mlflow: {
    find: () => named("AIREC_MLFLOW") ?? onPath("mlflow"),
    get: "pip install mlflow==3.17.2, or name an mlflow executable in AIREC_MLFLOW",
  },
  "mlflow auth": {
    find: () => pythonWith("mlflow", "flask_wtf"),
    get: "pip install 'mlflow[auth]==3.17.2' into the environment that has MLflow",
  },
  php: {
    find: () => onPath("php"),
    get: "install PHP (php-cli)",
  },
  python3: {
    find: () => onPath("python3", "python"),
    get: "install Python 3",
  },
  ruby: {
    find: () => onPath("ruby"),
    get: "install Ruby",
  },
  python: {
    find: () => pythonWith("mlflow"),
    get: "install MLflow into a Python (pip install mlflow==3.17.2) whose bin folder holds both",
  },
  schemathesis: {
    find: () => named("AIREC_SCHEMATHESIS") ?? onPath("schemathesis"),
    get: "pip install schemathesis==4.32.5, or name its executable in AIREC_SCHEMATHESIS",
  },
  data: {
    find: () => named("AIREC_TEST_DATA"),
    get: "name the folder of the real data sets in AIREC_TEST_DATA",
  },
  "small disk": {
    find: () => mountedOnce(),
    get: "run as root on Linux, where a tmpfs may be mounted",
  },
};

const found = new Map<Part, string | null>();

/**
 * The path of a part, or null where this machine does not have it.
 * @throws {Error} when the part is named by its variable but nothing lies there.
 */
export function part(name: Part): string | null {
  if (!found.has(name)) found.set(name, PARTS[name].find());
  return found.get(name)!;
}

/**
 * Whether tests that need the part are to be left out; says why, once a part and test file.
 * @throws {Error} in CI, where each part must be there.
 */
export function ignoreWithout(name: Part): boolean {
  if (part(name) !== null) return false;
  const reason = `no ${name} here: ${PARTS[name].get}`;
  if (Deno.env.get("AIREC_CI") === "1") {
    throw new Error(`CI leaves no test out, but there is ${reason}.`);
  }
  if (!said.has(name)) console.log(`Tests left out: ${reason}.`);
  said.add(name);
  return true;
}

const said = new Set<Part>();

/** The first of the executables that is on the PATH. */
export function onPath(...executables: string[]): string | null {
  const folders = (Deno.env.get("PATH") ?? "").split(delimiter).filter(Boolean);
  const suffixes = Deno.build.os === "windows" ? [".exe", ".cmd"] : [""];
  for (const executable of executables) {
    for (const folder of folders) {
      for (const suffix of suffixes) {
        const path = join(folder, executable + suffix);
        if (existsSync(path) && statSync(path).isFile()) return path;
      }
    }
  }
  return null;
}

function named(variable: string): string | null {
  const path = Deno.env.get(variable);
  if (!path) return null;
  if (!existsSync(path)) throw new Error(`${variable} names ${path}, but nothing lies there.`);
  return path;
}

/** A Python that has these packages; executable and interpreter share a folder in every environment. */
function pythonWith(...packages: string[]): string | null {
  const mlflow = part("mlflow");
  const beside = mlflow === null ? [] : ["python3", "python", "python.exe"]
    .map((name) => join(dirname(mlflow), name)).filter((path) => existsSync(path));
  const script =
    "import importlib.util as u, sys; sys.exit(None in map(u.find_spec, sys.argv[1:]))";
  for (const python of [...beside, onPath("python3", "python")]) {
    if (python === null) continue;
    const { success } = new Deno.Command(python, {
      args: ["-c", script, ...packages],
      stdout: "null",
      stderr: "null",
    }).outputSync();
    if (success) return python;
  }
  return null;
}

/** A folder that a tmpfs was mounted on, for a moment. */
function mountedOnce(): string | null {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return null;
  const path = Deno.makeTempDirSync({ prefix: "airec-disk-" });
  const run = (command: string, ...args: string[]) =>
    new Deno.Command(command, { args, stdout: "null", stderr: "null" }).outputSync().success;
  const isMounted = run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", path);
  if (isMounted) run("umount", path);
  Deno.removeSync(path);
  return isMounted ? path : null;
}
